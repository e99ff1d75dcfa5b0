#pragma once
#include "bert/tasks/task.h"

namespace bertlet::tasks {

// What language models have in common: of the tokens that they are asked for, the items' labels, they say which are the
// likeliest. No row of scores is kept, as there is a number in it for each word of the vocabulary.
class LanguageTask : public Task {
 public:
  Content content() const override { return Content::plain; }
  std::string cannot_teach() const override { return ""; }

  std::vector<Output> outputs(const bert::Network&, const Scores& scores, ItemSpan items) const override;
  Measuring measuring(const Data& data, Outputs outputs) const override;  // over the tokens of the chosen examples
  std::vector<Output> baseline(const Data& data) const override;          // by how frequent each token is in the data
};

// Of the guesses in some examples.
struct Guessed {
  double loss = 0;  // the sum of all
  int64_t right = 0, all = 0;
};
Guessed guessed(const Data& data, Outputs outputs, Chosen chosen);

}  // namespace bertlet::tasks
