#include "nn/check/dense_twin.h"

#include "core/ops/arithmetic.h"
#include "core/ops/functions.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "nn/ops/dropout.h"

namespace bertlet {

namespace {

Tensor activated(const Tensor& z, Activation f) {
  switch (f) {
    case Activation::none:
      return z;
    case Activation::gelu:
      return gelu(z);
    case Activation::gelu_tanh:
      return gelu_tanh(z);
    case Activation::relu:
      return relu(z);
    case Activation::tanh:
      return tanh(z);
    case Activation::sigmoid:
      return sigmoid(z);
    case Activation::silu:
      return z * sigmoid(z);
  }
  return z;
}

}  // namespace

Tensor spelled_linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f) {
  const Tensor product = matmul(x, weight, {.transpose_b = true});
  return activated(bias ? product + bias : product, f);
}

Tensor spelled_layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps) {
  const Tensor centered = x - mean(x, -1, Keep::yes);
  const Tensor variance = mean(centered * centered, -1, Keep::yes);
  return centered / sqrt(variance + eps) * weight + bias;
}

// What survives of ones is the mask.
Tensor spelled_dropout(const Tensor& x, real rate, const Rng& rng) {
  const Array mask = dropout(Array::filled(x.shape(), 1), rate, rng).value();
  return x * Tensor(mask);
}

Tensor spelled_dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias,
                                real eps, real rate, const Rng& rng) {
  return spelled_layer_norm(spelled_dropout(x, rate, rng) + residual, weight, bias, eps);
}

}  // namespace bertlet
