#pragma once
#include "nn/ops/linear.h"

namespace bertlet {

//   Linear pooler(768, 768);
//   Tensor y = pooler(x, Activation::tanh);   // x[N, 768] → [N, 768]
struct Linear {
  Tensor weight, bias;  // [out, in] and [out]

  Linear(int64_t in, int64_t out)
      : weight(Tensor::parameter(Array::zeros({out, in}))), bias(Tensor::parameter(Array::filled({out}, 0))) {}

  Tensor operator()(const Tensor& x, Activation f = Activation::none) const { return linear(x, weight, bias, f); }

  void visit(auto&& f) {
    f("weight", weight);
    f("bias", bias);
  }
};

}  // namespace bertlet
