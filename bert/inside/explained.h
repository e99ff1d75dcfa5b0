#pragma once
#include "bert/inside/explanation.h"

namespace bertlet::inside {

// What is explained: one of the numbers that a model says of a text.
struct Explained {
  std::string what, where;
  std::function<Tensor(const bert::Scored& scored)> target;
  std::vector<int64_t> rows = {};  // language models: which are scored
};

// What the options choose or, without them, what the model says.
Explained explained(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options);

}  // namespace bertlet::inside
