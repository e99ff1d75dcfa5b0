#pragma once
#include "bert/heads/head.h"

namespace bertlet::bert {

// Which of several endings is right? Each group of the batch is the endings of an example, of all equally many.
struct ChoiceHead : Head {
  Dropout dropout;
  Linear classifier;
  CrossEntropyOptions loss_options;

  explicit ChoiceHead(const Config& config, const LossOptions& loss = {});
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  void visit(auto&& f) { f("classifier", classifier); }
};

}  // namespace bertlet::bert
