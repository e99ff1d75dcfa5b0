#pragma once
#include "core/random.h"
#include "core/tensor.h"

namespace bertlet {

// Layer normalization and dropout spelled out in elementary operations: what the fused ones mean.
Tensor spelled_layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps);
Tensor spelled_dropout(const Tensor& x, real rate, const Rng& rng);
Tensor spelled_dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias,
                                real eps, real rate, const Rng& rng);

}  // namespace bertlet
