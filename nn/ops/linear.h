#pragma once
#include "core/autograd.h"
#include "nn/activation.h"

namespace bertlet {

// f(x Wᵀ + bias) for x[…, in] and W[out, in], as PyTorch and Hugging Face store it; bias[out], or an empty Tensor for
// none. Bias and activation are one sweep over the product.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f = Activation::none);

}  // namespace bertlet
