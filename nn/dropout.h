#pragma once
#include "nn/ops/dropout.h"
#include "nn/pass.h"

namespace bertlet {

// Works in training only.
struct Dropout {
  real rate = real(0.1);

  Tensor operator()(const Tensor& x, Pass& pass) const {
    return pass.training ? dropout(x, rate, pass.next_site()) : x;
  }

  void visit(auto&&) {}
};

}  // namespace bertlet
