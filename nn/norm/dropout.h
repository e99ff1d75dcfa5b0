#pragma once
#include "core/autograd.h"
#include "core/random.h"
#include "nn/norm/dropout_kernels.h"
#include "nn/pass.h"

namespace bertlet {

// Each element becomes 0 with probability `rate`, or is divided by 1 - rate; rate 0 gives x itself. Which ones is a
// function of rng and the element's index: the mask is computed again in backward and never stored. 16 random bits
// decide, so the rate is that to the nearest 1/65536, and the scale is that of the rate that was met.
Tensor dropout(const Tensor& x, real rate, const Rng& rng);

// The same mask for other operations that drop; 0 <= rate <= 1.
DropoutMask dropout_mask(const char* operation, real rate, const Rng& rng);

// Works in training only.
struct Dropout {
  real rate = real(0.1);

  Tensor operator()(const Tensor& x, Pass& pass) const {
    return pass.training ? dropout(x, rate, pass.next_site()) : x;
  }

  void visit(auto&&) {}
};

}  // namespace bertlet
