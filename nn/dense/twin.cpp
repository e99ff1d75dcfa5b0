#include "nn/dense/twin.h"

#include "core/ops.h"
#include "nn/cases.h"
#include "nn/dense/embedding.h"
#include "nn/norm/dropout.h"
#include "nn/norm/layer_norm.h"
#include "nn/recompute.h"

namespace bertlet {

Tensor spelled_linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f) {
  const Tensor product = matmul(x, weight, {.transpose_b = true});
  return entry(f).spelled(bias ? product + bias : product);
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

// --- the cases ------------------------------------------------------------------------------------------------------

namespace {

using Cases = std::vector<Case>;
using Inputs = const std::vector<Tensor>&;

// --- linear ---

const std::vector<Shape> linear_large{{1024, 768}, {3072, 768}, {3072}};

Case linear_case(const ActivationEntry& each) {
  const Activation f = each.activation;
  const bool timed = f == Activation::none || f == Activation::gelu;
  return {"linear",
          {{3, 4}, {5, 4}, {5}},
          [f](Inputs x) { return linear(x[0], x[1], x[2], f); },
          Domain::any,
          [f](Inputs x) { return spelled_linear(x[0], x[1], x[2], f); },
          timed ? linear_large : std::vector<Shape>{},
          f == Activation::none ? "" : each.names.front()};
}

Case no_bias_case(const char* note, const Shape& x, const Shape& weight, Activation f = Activation::none) {
  return {"linear",
          {x, weight},
          [f](Inputs y) { return linear(y[0], y[1], {}, f); },
          Domain::any,
          [f](Inputs y) { return spelled_linear(y[0], y[1], {}, f); },
          {},
          note};
}

Cases linear_cases() {
  Cases cases{no_bias_case("no bias", {3, 3}, {3, 3}),
              no_bias_case("gelu, no bias", {2, 3, 4}, {5, 4}, Activation::gelu), no_bias_case("no bias", {4}, {1, 4})};
  for (const ActivationEntry& each : activations()) cases.push_back(linear_case(each));
  return cases;
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

Case norm_case(const Shape& shape, real eps, std::vector<Shape> large = {}) {
  const Shape columns{shape[-1]};
  return {"layer_norm",
          {shape, columns, columns},
          [eps](Inputs x) { return layer_norm(x[0], x[1], x[2], eps); },
          Domain::any,
          [eps](Inputs x) { return spelled_layer_norm(x[0], x[1], x[2], eps); },
          std::move(large)};
}

Cases norm_cases() {
  return {norm_case({3, 5}, real(1e-12), {{1024, 768}, {768}, {768}}), norm_case({2, 2, 33}, real(0.1)),
          norm_case({2, 70}, real(1e-5))};
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

Cases dropout_cases() {
  return {dropout_case({3, 5}, real(0.3), {{1024, 768}}),
          dropout_case({2, 131}, real(0.5)),
          dropout_case({4}, 1),
          dropout_add_norm_case({3, 5}, real(0.1), {{1024, 768}, {1024, 768}, {768}, {768}}),
          dropout_add_norm_case({2, 33}, real(0.5)),
          dropout_add_norm_case({3, 4}, 0)};
}

// --- checkpoint ---

Cases checkpoint_cases() {
  const auto plain = [](Inputs x) { return tanh(matmul(matmul(x[0], x[1]), x[2])); };
  const auto checkpointed = [](Inputs x) {
    return recompute({x[0], x[1]}, {x[2]},
                     [w = x[2]](std::span<const Tensor> in) { return tanh(matmul(matmul(in[0], in[1]), w)); });
  };
  return {{"recompute", {{2, 3}, {3, 3}, {3, 4}}, checkpointed, Domain::any, plain, {}, ""},
          {"recompute", {{3, 3}, {3, 3}, {3, 3}}, checkpointed, Domain::any, plain, {}, ""}};
}

}  // namespace

Cases dense_cases() {
  Cases all;
  for (const Cases& family : {linear_cases(), embedding_cases(), norm_cases(), dropout_cases(), checkpoint_cases()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace bertlet
