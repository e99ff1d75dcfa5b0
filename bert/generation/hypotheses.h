#pragma once
#include "bert/generation/options.h"

namespace bertlet::bert {

// The best finished texts of a beam search, as many as there are beams.
class Hypotheses {
 public:
  struct Hypothesis {
    double score;
    Text text;
  };

  explicit Hypotheses(const GenerationOptions& options) : options_(options) {}

  // `sum`: the logarithm of the text's probability; `length`: of what was generated.
  void add(Text text, double sum, int64_t length);

  // Whether a search whose best open text has this sum, at this length, may stop.
  bool settled(double best_sum, int64_t length) const;

  std::vector<Hypothesis> best(int64_t count) const;  // first the best

 private:
  bool full() const { return std::ssize(list_) == options_.beams; }
  double score(double sum, int64_t length) const;

  const GenerationOptions& options_;
  std::vector<Hypothesis> list_;
};

}  // namespace bertlet::bert
