#pragma once
#include "optim/slots.h"

namespace bertlet::optim {

struct SgdOptions {
  double lr = 1e-2;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;  // l2
  std::vector<Group> groups = {};
};

// velocity <- momentum · velocity + g;  p <- p − lr · velocity, as PyTorch has it.
class Sgd {
 public:
  Sgd(const Parameters& parameters, SgdOptions options);

  double step(const Step& step = {});  // as Adam's

  State state() const;
  void load(const State& state);

 private:
  SgdOptions options_;
  Slots slots_;
  Array velocity_;  // no memory without momentum
};

}  // namespace bertlet::optim
