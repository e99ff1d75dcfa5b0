#include "nn/check/attention_twin.h"
#include "nn/check/cases.h"

namespace bertlet {

namespace {

using Inputs = const std::vector<Tensor>&;

constexpr int64_t heads = 2;

// Sequences of 128 for the benchmark; for the checks three of unequal length.
Spans spans_of(int64_t rows) {
  if (rows >= 128) return Spans(std::vector<int64_t>(static_cast<std::size_t>(rows / 128), 128));
  return Spans{2, rows - 3, 1};
}

Spans keys_of(int64_t rows) { return rows >= 128 ? spans_of(rows) : Spans{rows - 5, 4, 1}; }

// Options whose tensors are the inputs after q, k and v.
using WithTensors = std::function<AttentionOptions(Inputs)>;

Case self_case(const char* note, const std::vector<Shape>& shapes, const WithTensors& options,
               const std::vector<Shape>& large = {}) {
  const auto call = [options](auto f) {
    return [f, options](Inputs x) {
      const Spans spans = spans_of(x[0].shape()[0]);
      return f(x[0], x[1], x[2], spans, spans, options(x));
    };
  };
  const auto fused = [](auto&&... arguments) { return attention(arguments...); };
  return {"attention", shapes, call(fused), Domain::any, call(spelled_attention), large, note};
}

Case cross_case(const char* note, const std::vector<Shape>& shapes, const WithTensors& options) {
  const auto call = [options](auto f) {
    return [f, options](Inputs x) {
      return f(x[0], x[1], x[2], spans_of(x[0].shape()[0]), keys_of(x[1].shape()[0]), options(x));
    };
  };
  const auto fused = [](auto&&... arguments) { return attention(arguments...); };
  return {"attention", shapes, call(fused), Domain::any, call(spelled_attention), {}, note};
}

Array pattern(int64_t n, int64_t period) {
  Array mask({n});
  for (int64_t i = 0; i < n; ++i) mask[i] = i % period != 0;
  return mask;
}

Array slopes(int64_t n) {
  Array bias({n});
  for (int64_t i = 0; i < n; ++i) bias[i] = static_cast<real>(i % 7) * real(0.3) - 1;
  return bias;
}

WithTensors constant(AttentionOptions options) {
  options.heads = heads;
  return [options](Inputs) { return options; };
}

WithTensors relative(Relative kind, Queries queries = Queries::last) {
  return [=](Inputs x) {
    return AttentionOptions{.heads = heads, .queries = queries, .relative = kind, .distances = x[3]};
  };
}

}  // namespace

std::vector<Case> attention_cases() {
  const std::vector<Shape> self{{7, 6}, {7, 6}, {7, 6}}, cross{{6, 6}, {9, 6}, {9, 8}};  // spans 2 4 1 and 2 3 1, 4 4 1
  const std::vector<Shape> related{{7, 6}, {7, 6}, {7, 6}, {9, 3}}, cross_related{{6, 6}, {9, 6}, {9, 6}, {9, 3}};
  const std::vector<Shape> scaled{{7, 6}, {7, 6}, {7, 6}, {2}}, large{{1024, 768}, {1024, 768}, {1024, 768}};
  const auto head_scale = [](Inputs x) { return AttentionOptions{.heads = heads, .head_scale = x[3]}; };
  const AttentionOptions dropout{.causal = true, .dropout = real(0.3), .rng = {.seed = 5}};
  return {
      self_case(
          "", self, [](Inputs x) { return AttentionOptions{.heads = x[0].shape()[1] == 768 ? 12 : heads}; }, large),
      self_case("scale", self, constant({.scale = real(0.9)})),
      self_case("causal", self, constant({.causal = true})),
      self_case("mask of keys", self, constant({.mask = {.keys = pattern(7, 3)}})),
      self_case("mask of pairs", self, constant({.mask = {.pairs = pattern(21, 2)}})),
      self_case("mask of pairs, bias", self, constant({.mask = {.pairs = pattern(21, 5), .bias = slopes(21)}})),
      self_case("causal, bias by head", self, constant({.causal = true, .mask = {.bias = slopes(42)}})),
      self_case("causal, dropout", self, constant(dropout)),
      self_case("head scale", scaled, head_scale),
      self_case("relative key", related, relative(Relative::key)),
      self_case("relative key and query", related, relative(Relative::key_query)),
      cross_case("", cross, constant({})),
      cross_case("causal", cross, constant({.causal = true})),
      cross_case("causal from the first", cross, constant({.causal = true, .queries = Queries::first})),
      cross_case("mask of keys", cross, constant({.mask = {.keys = pattern(9, 4)}})),
      cross_case("relative key and query", cross_related, relative(Relative::key_query)),
      cross_case("relative from the first", cross_related, relative(Relative::key_query, Queries::first)),
  };
}

}  // namespace bertlet
