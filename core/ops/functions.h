#pragma once
#include "core/autograd.h"

namespace bertlet {

Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor sigmoid(const Tensor& x);    // 1 / (1 + exp(−x))
Tensor relu(const Tensor& x);       // max(x, 0); the derivative at 0 is 0
Tensor gelu(const Tensor& x);       // x Φ(x) = x (1 + erf(x / √2)) / 2
Tensor gelu_tanh(const Tensor& x);  // x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, as Google's code has it

}  // namespace bertlet
