#pragma once
#include "core/real.h"

namespace bertlet {

using UnaryKernel = void (*)(const real* x, real* y, int64_t n);

// dx <- beta dx + dy f'; beta is 0 (dx is not read) or 1; dx may be dy. `saved` is y where the derivative is cheapest
// from the result (exp, sqrt, tanh, sigmoid, relu) and x elsewhere.
using UnaryGradKernel = void (*)(const real* dy, const real* saved, real beta, real* dx, int64_t n);

struct UnaryKernels {
  UnaryKernel value;
  UnaryGradKernel grad;
};

struct FunctionKernels {
  UnaryKernels exp, sqrt, tanh, sigmoid, relu;  // gradient from y
  UnaryKernels log, erf, gelu, gelu_tanh;       // gradient from x
};

const FunctionKernels& functions();  // for the chosen instruction set

}  // namespace bertlet
