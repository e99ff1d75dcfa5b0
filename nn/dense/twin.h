#pragma once
#include "nn/dense/linear.h"

namespace bertlet {

// linear() spelled out in elementary operations: what the fused one means. (An embedding is gather_rows.)
Tensor spelled_linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f);

}  // namespace bertlet
