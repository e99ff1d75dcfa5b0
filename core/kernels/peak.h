#pragma once
#include "core/real.h"

namespace bertlet {

// A loop that does nothing but multiply and add, on numbers that stay in registers.
struct PeakKernels {
  int64_t operations;                            // in one round: a multiplication and an addition are two
  real (*multiply_add)(int64_t rounds, real x);  // a result, so that no compiler leaves the loop out
};

const PeakKernels& peak_kernels();  // for the chosen instruction set

}  // namespace bertlet
