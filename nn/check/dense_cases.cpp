#include "core/ops/arithmetic.h"
#include "core/ops/functions.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "core/ops/rows.h"
#include "nn/check/cases.h"
#include "nn/ops/dropout.h"
#include "nn/ops/dropout_add_norm.h"
#include "nn/ops/embedding.h"
#include "nn/ops/layer_norm.h"
#include "nn/ops/linear.h"

namespace bertlet {

namespace {

using Cases = std::vector<Case>;
using Inputs = const std::vector<Tensor>&;

// --- linear ---

TensorFunction spelled_linear(TensorFunction f) {
  return [f](Inputs x) {
    const Tensor product = matmul(x[0], x[1], {.transpose_b = true});
    return f({x.size() == 3 ? product + x[2] : product});
  };
}

const std::vector<Shape> linear_large{{1024, 768}, {3072, 768}, {3072}};

Case linear_case(const char* note, Activation f, TensorFunction spelled, std::vector<Shape> large = {}) {
  return {"linear",
          {{3, 4}, {5, 4}, {5}},
          [f](Inputs x) { return linear(x[0], x[1], x[2], f); },
          Domain::any,
          spelled_linear(std::move(spelled)),
          std::move(large),
          note};
}

Cases linear_cases() {
  const auto no_bias = [](Inputs x) { return linear(x[0], x[1], {}); };
  const auto gelu_no_bias = [](Inputs x) { return linear(x[0], x[1], {}, Activation::gelu); };
  const auto same = [](Inputs z) { return z[0]; };
  return {
      linear_case("", Activation::none, same, linear_large),
      linear_case(
          "gelu", Activation::gelu, [](Inputs z) { return gelu(z[0]); }, linear_large),
      linear_case("gelu_tanh", Activation::gelu_tanh, [](Inputs z) { return gelu_tanh(z[0]); }),
      linear_case("relu", Activation::relu, [](Inputs z) { return relu(z[0]); }),
      linear_case("tanh", Activation::tanh, [](Inputs z) { return tanh(z[0]); }),
      linear_case("sigmoid", Activation::sigmoid, [](Inputs z) { return sigmoid(z[0]); }),
      linear_case("silu", Activation::silu, [](Inputs z) { return z[0] * sigmoid(z[0]); }),
      {"linear", {{3, 3}, {3, 3}}, no_bias, Domain::any, spelled_linear(same), {}, "no bias"},
      {"linear",
       {{2, 3, 4}, {5, 4}},
       gelu_no_bias,
       Domain::any,
       spelled_linear([](Inputs z) { return gelu(z[0]); }),
       {},
       "gelu, no bias"},
      {"linear", {{4}, {1, 4}}, no_bias, Domain::any, spelled_linear(same), {}, "no bias"},
  };
}

// --- embedding ---

Cases embedding_cases() {
  const std::vector<int64_t> ids{3, 0, 3, 1};
  return {
      {"embedding",
       {{4, 3}},
       [ids](Inputs x) { return embedding(x[0], ids); },
       Domain::any,
       [ids](Inputs x) { return gather_rows(x[0], ids); },
       {{30522, 768}}},
      {"embedding", {{4, 3}}, [](Inputs x) { return embedding(x[0], {}); }, Domain::any, {}, {}, "no ids"},
  };
}

// --- layer norm ---

Tensor spelled_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps) {
  const Tensor centered = x - mean(x, -1, Keep::yes);
  const Tensor variance = mean(centered * centered, -1, Keep::yes);
  return centered / sqrt(variance + eps) * weight + bias;
}

Case norm_case(const Shape& shape, real eps, std::vector<Shape> large = {}) {
  const Shape columns{shape[-1]};
  return {"layer_norm",
          {shape, columns, columns},
          [eps](Inputs x) { return layer_norm(x[0], x[1], x[2], eps); },
          Domain::any,
          [eps](Inputs x) { return spelled_norm(x[0], x[1], x[2], eps); },
          std::move(large)};
}

Cases norm_cases() {
  return {norm_case({3, 5}, real(1e-12), {{1024, 768}, {768}, {768}}), norm_case({2, 2, 33}, real(0.1)),
          norm_case({2, 70}, real(1e-5))};
}

// --- dropout: what survives, as an array, stands for the mask ---

const Rng rng{.seed = 5, .step = 3, .site = 2};

Array mask_of(const Shape& shape, real rate) { return dropout(Array::filled(shape, 1), rate, rng).value(); }

Case dropout_case(const Shape& shape, real rate, std::vector<Shape> large = {}) {
  return {"dropout",
          {shape},
          [rate](Inputs x) { return dropout(x[0], rate, rng); },
          Domain::any,
          [rate](Inputs x) { return x[0] * Tensor(mask_of(x[0].shape(), rate)); },
          std::move(large)};
}

Case dropout_add_norm_case(const Shape& shape, real rate, std::vector<Shape> large = {}) {
  const Shape columns{shape[-1]};
  return {"dropout_add_norm",
          {shape, shape, columns, columns},
          [rate](Inputs x) { return dropout_add_norm(x[0], x[1], x[2], x[3], real(1e-5), rate, rng); },
          Domain::any,
          [rate](Inputs x) {
            return spelled_norm(x[0] * Tensor(mask_of(x[0].shape(), rate)) + x[1], x[2], x[3], real(1e-5));
          },
          std::move(large)};
}

Cases dropout_cases() {
  return {dropout_case({3, 5}, real(0.3), {{1024, 768}}),
          dropout_case({2, 131}, real(0.5)),
          dropout_case({4}, 1),
          dropout_add_norm_case({3, 5}, real(0.1), {{1024, 768}, {1024, 768}, {768}, {768}}),
          dropout_add_norm_case({2, 33}, real(0.5)),
          dropout_add_norm_case({3, 4}, 0)};
}

}  // namespace

Cases dense_cases() {
  Cases all;
  for (const Cases& family : {linear_cases(), embedding_cases(), norm_cases(), dropout_cases()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace bertlet
