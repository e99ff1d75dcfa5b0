#pragma once
#include "nn/dropout.h"
#include "nn/ops/dropout_add_norm.h"
#include "nn/ops/layer_norm.h"

namespace bertlet {

//   LayerNorm norm(768);
//   Tensor y = norm(x);
//   Tensor z = norm(dense(y), y, Dropout{0.1}, pass);   // norm of dropout(dense(y)) + y
struct LayerNorm {
  Tensor weight, bias;  // [H]
  real eps;

  explicit LayerNorm(int64_t size, real e = real(1e-12))
      : weight(Tensor::parameter(Array::filled({size}, 1))),
        bias(Tensor::parameter(Array::filled({size}, 0))),
        eps(e) {}

  Tensor operator()(const Tensor& x) const { return layer_norm(x, weight, bias, eps); }

  Tensor operator()(const Tensor& x, const Tensor& residual, const Dropout& dropout, Pass& pass) const {
    const real rate = pass.training ? dropout.rate : 0;
    return dropout_add_norm(x, residual, weight, bias, eps, rate, pass.training ? pass.next_site() : pass.rng);
  }

  void visit(auto&& f) {
    f("weight", weight);
    f("bias", bias);
  }
};

}  // namespace bertlet
