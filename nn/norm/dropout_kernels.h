#pragma once
#include "core/real.h"

namespace bertlet {

// Which elements are dropped: those whose 16 random bits, a function of key and index, are below `drop`. The others are
// multiplied by `scale`.
struct DropoutMask {
  std::uint64_t key;
  std::int32_t drop;  // 0 … 65536
  real scale;
};

struct DropoutKernels {
  // y <- beta y + mask x for the elements first … first + n - 1 of the stream; y may be x where beta is 0.
  void (*apply)(const DropoutMask& mask, int64_t first, const real* x, real beta, real* y, int64_t n);

  // y = mask x + residual; y may be either.
  void (*add)(const DropoutMask& mask, int64_t first, const real* x, const real* residual, real* y, int64_t n);
};

const DropoutKernels& dropout_kernels();  // for the chosen instruction set

}  // namespace bertlet
