// Softmax, cross-entropy, GELU and layer norm of one row x[n] in plain loops, with their gradients. Compiled in double.
#include <cmath>
#include <numbers>

#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "nn/losses/losses.h"
#include "nn/norm/layer_norm.h"

using namespace bertlet;

// y = exp(x − max) / Σ exp(x − max);  dx = y (dy − Σ dy y)
Tensor plain_softmax(const Tensor& x) {
  const int64_t n = x.shape()[0];
  Array y({n});
  real largest = x.value()[0], total = 0;
  for (int64_t i = 0; i < n; ++i) largest = std::max(largest, x.value()[i]);
  for (int64_t i = 0; i < n; ++i) total += y[i] = std::exp(x.value()[i] - largest);
  for (int64_t i = 0; i < n; ++i) y[i] /= total;
  return record<"plain_softmax">(y, {x}, [=](Array dy, Into dx) {
    Array g({n});
    real weighed = 0;
    for (int64_t i = 0; i < n; ++i) weighed += dy[i] * y[i];
    for (int64_t i = 0; i < n; ++i) g[i] = y[i] * (dy[i] - weighed);
    dx += std::move(g);
  });
}

// loss = −log softmax(x)[label];  dx = softmax(x) − 1 at the label
Tensor plain_cross_entropy(const Tensor& x, int64_t label) {
  const Array p = plain_softmax(x.detached()).value();
  return record<"plain_cross_entropy">(Array::number(-std::log(p[label])), {x}, [=](Array dy, Into dx) {
    Array g = p.clone();
    g[label] -= 1;
    dx.add(dy[0], g);
  });
}

// y = x Φ(x);  dx = dy (Φ(x) + x φ(x))
Tensor plain_gelu(const Tensor& x) {
  const int64_t n = x.shape()[0];
  Array y({n}), slope({n});
  for (int64_t i = 0; i < n; ++i) {
    const real at = x.value()[i], below = (1 + std::erf(at / std::numbers::sqrt2)) / 2;
    const real bell = std::exp(-at * at / 2) / std::sqrt(2 * std::numbers::pi);
    y[i] = at * below;
    slope[i] = below + at * bell;
  }
  return record<"plain_gelu">(y, {x}, [=](Array dy, Into dx) {
    Array g({n});
    for (int64_t i = 0; i < n; ++i) g[i] = dy[i] * slope[i];
    dx += std::move(g);
  });
}

// y = (x − μ) r with r = 1 / √(mean of (x − μ)² + ε);  dx = r (dy − mean of dy − y · mean of dy y)
Tensor plain_norm(const Tensor& x, real eps) {
  const int64_t n = x.shape()[0];
  const real count = static_cast<real>(n);
  Array y({n});
  real mu = 0, square = 0;
  for (int64_t i = 0; i < n; ++i) mu += x.value()[i] / count;
  for (int64_t i = 0; i < n; ++i) square += (x.value()[i] - mu) * (x.value()[i] - mu) / count;
  const real r = 1 / std::sqrt(square + eps);
  for (int64_t i = 0; i < n; ++i) y[i] = (x.value()[i] - mu) * r;
  return record<"plain_norm">(y, {x}, [=](Array dy, Into dx) {
    Array g({n});
    real mean_dy = 0, mean_dy_y = 0;
    for (int64_t i = 0; i < n; ++i) mean_dy += dy[i] / count;
    for (int64_t i = 0; i < n; ++i) mean_dy_y += dy[i] * y[i] / count;
    for (int64_t i = 0; i < n; ++i) g[i] = r * (dy[i] - mean_dy - y[i] * mean_dy_y);
    dx += std::move(g);
  });
}

void show(const char* name, const TensorFunction& plain, const TensorFunction& ours, const Array& x) {
  fmt::print("{:13} {:7.4f}\n", name, fmt::join(plain({x}).value().values(), " "));
  fmt::print("  bertlet's   {:7.4f}\n", fmt::join(ours({x}).value().values(), " "));
  const GradcheckReport report = gradcheck(plain, {x});
  fmt::print("  {} derivatives {}\n", report.derivatives, report.passed ? "right" : "WRONG");
}

int main() {
  const Array x = Array::of({4}, {2, 1, 0, -1});
  const Tensor one = Array::filled({4}, 1), zero = Array::filled({4}, 0);
  const real eps = 1e-12;
  show(
      "softmax", [](auto& in) { return plain_softmax(in[0]); }, [](auto& in) { return softmax(in[0]); }, x);
  show(
      "cross-entropy", [](auto& in) { return plain_cross_entropy(in[0], 1); },
      [](auto& in) {
        return cross_entropy(reshape(in[0], {1, 4}), {1});
      },
      x);
  show(
      "GELU", [](auto& in) { return plain_gelu(in[0]); }, [](auto& in) { return gelu(in[0]); }, x);
  show(
      "layer norm", [&](auto& in) { return plain_norm(in[0], eps); },
      [&](auto& in) { return layer_norm(in[0], one, zero, eps); }, x);
}
