#pragma once
#include <cmath>

#include "core/ops.h"
#include "core/random.h"

// Deep piles of layers with first values, the norm behind the sum or in front of the function.
namespace bertlet::book {

enum class Norm { post, pre };

inline Tensor normed(const Tensor& x) {
  const Tensor centered = x - mean(x, -1, Keep::yes);
  return centered / sqrt(mean(centered * centered, -1, Keep::yes) + real(1e-12));
}

inline double length(const Array& g) {
  double square = 0;
  for (int64_t i = 0; i < g.size(); ++i) square += static_cast<double>(g[i]) * static_cast<double>(g[i]);
  return std::sqrt(square);
}

// The length of the loss's gradient in each layer's weights. A layer is f(x) = relu(x W) V; the loss looks at the
// normed last state with random weights.
inline std::vector<double> gradients_by_layer(Norm norm, std::uint32_t layers) {
  const int64_t rows = 32, width = 64;
  const real deviation = 1 / std::sqrt(static_cast<real>(width));
  std::vector<Tensor> first;
  Tensor x = normed(normal({.seed = 1}, {rows, width}));
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    first.push_back(Tensor::parameter(normal({.seed = 2, .site = layer}, {width, width}, 0, deviation)));
    const Tensor second = normal({.seed = 3, .site = layer}, {width, width}, 0, deviation);
    const auto f = [&](const Tensor& in) { return matmul(relu(matmul(in, first.back())), second); };
    x = norm == Norm::post ? normed(x + f(x)) : x + f(normed(x));
  }
  backward(sum(normed(x) * Tensor(normal({.seed = 4}, {rows, width}))));
  std::vector<double> lengths;
  for (const Tensor& weight : first) lengths.push_back(length(weight.grad()));
  return lengths;
}

}  // namespace bertlet::book
