#pragma once
#include "core/autograd.h"

namespace bertlet {

// Each row of x[…, H] to mean 0 and variance 1, then scaled and shifted: weight (x - mean) / √(variance + eps) + bias,
// with weight and bias [H].
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps = real(1e-12));

}  // namespace bertlet
