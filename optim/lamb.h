#pragma once
#include "optim/kernels/update.h"
#include "optim/slots.h"

namespace bertlet::optim {

struct LambOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-6;
  double weight_decay = 0.01;
  bool bias_correction = true;
  std::vector<Group> groups = {no_decay()};
};

// Adam's direction for large batches (You et al., 2019): each parameter moves in proportion to its own size,
// p <- p − lr (‖p‖ / ‖d‖) d with d = m̂ / (√v̂ + ε) + decay p. Where a norm is 0 the ratio is 1.
class Lamb {
 public:
  Lamb(const Parameters& parameters, LambOptions options);

  double step(const Step& step = {});  // as Adam's

  State state() const;
  void load(const State& state);

 private:
  LambUpdate update_for(const Slots::Slot& slot, double g_factor) const;
  double trust(const Slots::Piece& all) const;

  LambOptions options_;
  Slots slots_;
  Array first_, second_, direction_;
};

}  // namespace bertlet::optim
