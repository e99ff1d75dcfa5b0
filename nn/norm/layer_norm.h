#pragma once
#include "core/autograd.h"
#include "core/random.h"
#include "nn/norm/dropout.h"

namespace bertlet {

// Each row of x[…, H] to mean 0 and variance 1, then scaled and shifted: weight (x - mean) / √(variance + eps) + bias,
// with weight and bias [H].
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps = real(1e-12));

// layer_norm(dropout(x, rate, rng) + residual, weight, bias, eps), as at the end of each half of a BERT layer: one
// sweep over memory forward and one backward, where the three would take five and five. `rows` as in dropout.
Tensor dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias, real eps,
                        real rate, const Rng& rng, std::vector<int64_t> rows = {});

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
    return dropout_add_norm(x, residual, weight, bias, eps, rate, pass.training ? pass.next_site() : pass.rng,
                            pass.rows);
  }

  void visit(auto&& f) {
    f("weight", weight);
    f("bias", bias);
  }
};

}  // namespace bertlet
