#pragma once
#include "core/real.h"

namespace bertlet {

// y = f(a, b) for n elements. A step is 1, or 0 where one number meets all.
using BinaryKernel = void (*)(const real* a, int64_t a_step, const real* b, int64_t b_step, real* y, int64_t n);

// g <- beta g + dy ∂f/∂a (or ∂b); beta is 0 (g is not read) or 1. dy and g may be the same memory. Of the two operands
// mul's gradients read the other one only.
using BinaryGradKernel = void (*)(const real* dy, const real* a, int64_t a_step, const real* b, int64_t b_step,
                                  real beta, real* g, int64_t n);

struct BinaryKernels {
  BinaryKernel value;
  BinaryGradKernel grad_a, grad_b;
};

struct ArithmeticKernels {
  BinaryKernel add, sub;  // their gradients are dy itself
  BinaryKernels mul, div, pow;
  void (*axpby)(real alpha, const real* x, real beta, real* y, int64_t n);  // y <- alpha x + beta y
  void (*fill)(real value, real* y, int64_t n);
};

const ArithmeticKernels& arithmetic();  // for the chosen instruction set

}  // namespace bertlet
