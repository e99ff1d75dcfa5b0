#include "nn/attention/twin.h"

#include <cmath>
#include <limits>

#include "core/ops.h"
#include "nn/cases.h"
#include "nn/norm/dropout.h"

namespace bertlet {

namespace {

constexpr real infinity = std::numeric_limits<real>::infinity();

// One sequence in one head.
struct Place {
  int64_t sequence, head;
  int64_t query, key, pair;  // the first of the sequence among all
  int64_t from, to;          // F queries, T keys
};

Tensor head_of(const Tensor& x, int64_t head, int64_t heads) {
  const int64_t size = x.shape()[1] / heads;
  return slice(x, 1, head * size, (head + 1) * size);
}

Array part(const Array& x, int64_t begin, const Shape& shape) {
  return x.shaped({x.size()}).rows(begin, begin + shape.count()).shaped(shape);
}

int64_t distance(const AttentionOptions& options, const Place& at, int64_t query, int64_t key) {
  return query - key + (options.queries == Queries::last ? at.to - at.from : 0);
}

// For each pair of query and key the row of the table for their distance: [F, T, D].
Tensor distance_rows(const AttentionOptions& options, const Place& at) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < at.from; ++i)
    for (int64_t j = 0; j < at.to; ++j) ids.push_back(distance(options, at, i, j) + options.distances.shape()[0] / 2);
  return reshape(gather_rows(options.distances, ids), {at.from, at.to, options.distances.shape()[1]});
}

Tensor scores_of(const Tensor& q, const Tensor& k, const AttentionOptions& options, const Place& at) {
  Tensor s = matmul(q, k, {.transpose_b = true});  // [F, T]
  if (options.relative == Relative::none) return s;
  const Tensor e = distance_rows(options, at);
  s = s + sum(reshape(q, {at.from, 1, q.shape()[1]}) * e, 2);
  return options.relative == Relative::key ? s : s + sum(k * e, 2);
}

Array later_keys(const AttentionOptions& options, const Place& at) {
  Array later({at.from, at.to});
  for (int64_t i = 0; i < at.from; ++i)
    for (int64_t j = 0; j < at.to; ++j) later[i * at.to + j] = distance(options, at, i, j) < 0;
  return later;
}

// 1 where a query sees a key.
Array who_sees(const AttentionOptions& options, const Place& at) {
  const AttentionMask& mask = options.mask;
  const Array later = later_keys(options, at);
  Array sees({at.from, at.to});
  for (int64_t i = 0; i < sees.size(); ++i) {
    const bool key = !mask.keys || mask.keys[at.key + i % at.to] != 0;
    const bool pair = !mask.pairs || mask.pairs[at.pair + i] != 0;
    sees[i] = key && pair && !(options.causal && later[i] != 0);
  }
  return sees;
}

Tensor biased(const Tensor& s, const Array& bias, int64_t pairs, const AttentionOptions& options, const Place& at) {
  const bool per_head = bias.size() != pairs;
  const int64_t first = per_head ? at.pair * options.heads + at.head * at.from * at.to : at.pair;
  return s + Tensor(part(bias, first, s.shape()));
}

// As Hugging Face has it: one huge negative number, in which every score drowns, but not its gradient.
Tensor drowned(const Tensor& s, const Array& seen) {
  Array mask(s.shape());
  for (int64_t i = 0; i < mask.size(); ++i) mask[i] = seen[i] == 0 ? std::numeric_limits<real>::lowest() : 0;
  return s + Tensor(mask);
}

Tensor with_masks(Tensor s, int64_t pairs, const AttentionOptions& options, const Place& at) {
  const AttentionMask& mask = options.mask;
  if (mask.bias) s = biased(s, mask.bias, pairs, options, at);
  if (mask.fully_masked == FullyMasked::average) return drowned(s, who_sees(options, at));
  if (mask.keys) s = where(part(mask.keys, at.key, {at.to}), s, -infinity);
  if (mask.pairs) s = where(part(mask.pairs, at.pair, s.shape()), s, -infinity);
  return options.causal ? masked(s, later_keys(options, at), -infinity) : s;
}

// The mask is the one that dropout() draws for an array [N, A, T], T being rounded up to a multiple of 128.
Tensor dropped(const Tensor& p, int64_t rows, int64_t longest, const AttentionOptions& options, const Place& at) {
  if (options.dropout == 0 || p.value().size() == 0) return p;
  const Tensor ones = Array::filled({rows, options.heads, (longest + 127) / 128 * 128}, 1);
  const Tensor mask = slice(dropout(ones, options.dropout, options.rng), 0, at.query, at.query + at.from);
  return p * reshape(slice(slice(mask, 1, at.head, at.head + 1), 2, 0, at.to), p.shape());
}

std::vector<Place> places(const Spans& from, const Spans& to) {
  std::vector<Place> all;
  for (int64_t i = 0, pair = 0; i < from.count(); pair += from.length(i) * to.length(i), ++i)
    all.push_back({i, 0, from.begin(i), to.begin(i), pair, from.length(i), to.length(i)});
  return all;
}

}  // namespace

Tensor spelled_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from, const Spans& to,
                         const AttentionOptions& options) {
  const int64_t size = q.shape()[1] / options.heads;
  const real scale = options.scale > 0 ? options.scale : 1 / std::sqrt(static_cast<real>(size));
  const std::vector<Place> all = places(from, to);
  int64_t pairs = 0;
  for (const Place& at : all) pairs += at.from * at.to;
  std::vector<Tensor> heads;
  for (int64_t head = 0; head < options.heads; ++head) {
    std::vector<Tensor> rows;
    for (Place at : all) {
      at.head = head;
      const Tensor q_part = slice(head_of(q, head, options.heads), 0, at.query, at.query + at.from);
      const Tensor k_part = slice(head_of(k, head, options.heads), 0, at.key, at.key + at.to);
      const Tensor v_part = slice(head_of(v, head, options.heads), 0, at.key, at.key + at.to);
      const Tensor s = with_masks(scale * scores_of(q_part, k_part, options, at), pairs, options, at);
      const Tensor y = matmul(dropped(softmax(s), q.shape()[0], to.longest(), options, at), v_part);
      rows.push_back(options.head_scale ? y * slice(options.head_scale, 0, head, head + 1) : y);
    }
    heads.push_back(concat(rows, 0));
  }
  return concat(heads, 1);
}

// --- the cases ------------------------------------------------------------------------------------------------------

namespace {

using Inputs = const std::vector<Tensor>&;

constexpr int64_t heads = 2;

// Sequences of 128 for the benchmark; for the checks three of unequal length.
Spans spans_of(int64_t rows) {
  if (rows >= 128) return Spans(std::vector<int64_t>(to_size(rows / 128), 128));
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
