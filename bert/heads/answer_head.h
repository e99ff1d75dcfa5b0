#pragma once
#include "bert/heads/head.h"

namespace bertlet::bert {

// Where in the text does the answer begin and end? Two scores for each token; the softmax runs over the tokens of a
// sequence.
struct AnswerHead : Head {
  Linear qa_outputs;

  explicit AnswerHead(const Config& config) : qa_outputs(config.hidden_size, 2) {}
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;

  // A start or an end that is not among the sequence's tokens does not count.
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool has_loss(const Wanted& wanted) const { return !wanted.starts.empty() && !wanted.ends.empty(); }
  std::vector<NamedScores> named(const Scored& scored) const;

  void visit(auto&& f) { f("qa_outputs", qa_outputs); }
};

}  // namespace bertlet::bert
