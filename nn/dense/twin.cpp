#include "nn/dense/twin.h"

#include "core/ops.h"
#include "nn/cases.h"
#include "nn/dense/embedding.h"
#include "nn/recompute.h"

namespace bertlet {

Tensor spelled_linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f) {
  const Tensor product = matmul(x, weight, {.transpose_b = true});
  return entry(f).spelled(bias ? product + bias : product);
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
          f == Activation::none ? "" : each.name()};
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

// --- recompute ---

Cases recompute_cases() {
  const auto plain = [](Inputs x) { return tanh(matmul(matmul(x[0], x[1]), x[2])); };
  const auto recomputed = [](Inputs x) {
    return recompute({x[0], x[1]}, {x[2]},
                     [w = x[2]](std::span<const Tensor> in) { return tanh(matmul(matmul(in[0], in[1]), w)); });
  };
  return {{"recompute", {{2, 3}, {3, 3}, {3, 4}}, recomputed, Domain::any, plain, {}, ""},
          {"recompute", {{3, 3}, {3, 3}, {3, 3}}, recomputed, Domain::any, plain, {}, ""}};
}

}  // namespace

Cases dense_cases() {
  Cases all;
  for (const Cases& family : {linear_cases(), embedding_cases(), recompute_cases()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace bertlet
