#pragma once
#include "core/autograd.h"
#include "nn/dense/activation.h"

namespace bertlet {

// f(x Wᵀ + bias) for x[…, in] and W[out, in], as PyTorch and Hugging Face store it; bias[out], or an empty Tensor for
// none. Bias and activation are one sweep over the product.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f = Activation::none);

//   Linear pooler(768, 768);
//   Tensor y = pooler(x, Activation::tanh);   // x[N, 768] → [N, 768]
struct Linear {
  Tensor weight, bias;  // [out, in] and [out]

  Linear(int64_t in, int64_t out)
      : weight(Tensor::weight(Array::zeros({out, in}))), bias(Tensor::parameter(Array::filled({out}, 0))) {}

  Tensor operator()(const Tensor& x, Activation f = Activation::none) const { return linear(x, weight, bias, f); }

  void visit(auto&& f) {
    f("weight", weight);
    f("bias", bias);
  }
};

}  // namespace bertlet
