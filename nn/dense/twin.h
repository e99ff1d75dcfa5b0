#pragma once
#include "core/random.h"
#include "nn/dense/linear.h"

namespace bertlet {

// The dense layers spelled out in elementary operations: what the fused ones mean. (An embedding is gather_rows.)
Tensor spelled_linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f);
Tensor spelled_layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps);
Tensor spelled_dropout(const Tensor& x, real rate, const Rng& rng);
Tensor spelled_dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias,
                                real eps, real rate, const Rng& rng);

}  // namespace bertlet
