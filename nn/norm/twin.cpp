#include "nn/norm/twin.h"

#include "core/ops.h"
#include "nn/cases.h"
#include "nn/norm/dropout.h"
#include "nn/norm/layer_norm.h"

namespace bertlet {

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

// --- the cases ------------------------------------------------------------------------------------------------------

namespace {

using Inputs = const std::vector<Tensor>&;

// --- layer norm ---

Case norm_case(const Shape& shape, real eps, std::vector<Shape> large = {}) {
  const Shape columns{shape[-1]};
  return {"layer_norm",
          {shape, columns, columns},
          [eps](Inputs x) { return layer_norm(x[0], x[1], x[2], eps); },
          Domain::any,
          [eps](Inputs x) { return spelled_layer_norm(x[0], x[1], x[2], eps); },
          std::move(large)};
}

// --- dropout ---

const Rng rng{.seed = 5, .step = 3, .site = 2};

Case dropout_case(const Shape& shape, real rate, std::vector<Shape> large = {}) {
  return {"dropout",
          {shape},
          [rate](Inputs x) { return dropout(x[0], rate, rng); },
          Domain::any,
          [rate](Inputs x) { return spelled_dropout(x[0], rate, rng); },
          std::move(large)};
}

Case dropout_add_norm_case(const Shape& shape, real rate, std::vector<Shape> large = {}) {
  const Shape columns{shape[-1]};
  return {"dropout_add_norm",
          {shape, shape, columns, columns},
          [rate](Inputs x) { return dropout_add_norm(x[0], x[1], x[2], x[3], real(1e-5), rate, rng); },
          Domain::any,
          [rate](Inputs x) { return spelled_dropout_add_norm(x[0], x[1], x[2], x[3], real(1e-5), rate, rng); },
          std::move(large)};
}

}  // namespace

std::vector<Case> norm_cases() {
  return {norm_case({3, 5}, real(1e-12), {{1024, 768}, {768}, {768}}),
          norm_case({2, 2, 33}, real(0.1)),
          norm_case({2, 70}, real(1e-5)),
          dropout_case({3, 5}, real(0.3), {{1024, 768}}),
          dropout_case({2, 131}, real(0.5)),
          dropout_case({4}, 1),
          dropout_add_norm_case({3, 5}, real(0.1), {{1024, 768}, {1024, 768}, {768}, {768}}),
          dropout_add_norm_case({2, 33}, real(0.5)),
          dropout_add_norm_case({3, 4}, 0)};
}

}  // namespace bertlet
