#include "tests/nn/attention_operands.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "nn/attention/twin.h"
#include "tests/catch.h"

namespace bertlet {

namespace {

constexpr int64_t heads = 2, size = 4, max_length = 400;

Tensor drawn(std::uint32_t site, const Shape& shape) {
  return Tensor::parameter(normal({.seed = 21, .site = site}, shape));
}

// A mask that hides about a third.
Array drawn_mask(std::uint32_t site, int64_t n) {
  Array mask = uniform({.seed = 22, .site = site}, {n});
  for (int64_t i = 0; i < n; ++i) mask[i] = mask[i] > real(0.3);
  return mask;
}

// So few that the first queries of a causal sequence see none.
Array every_fourth(int64_t n) {
  Array mask = Array::filled({n}, 0);
  for (int64_t i = 3; i < n; i += 4) mask[i] = 1;
  return mask;
}

AttentionOptions relative(Relative kind, Queries queries) {
  return {.heads = heads, .queries = queries, .relative = kind, .distances = drawn(5, {2 * max_length - 1, size})};
}

AttentionOptions nobody_seen(int64_t pairs) {
  AttentionOptions options = relative(Relative::key_query, Queries::first);
  options.mask = {.pairs = drawn_mask(7, pairs), .fully_masked = FullyMasked::average};
  std::fill_n(options.mask.pairs.data(), pairs / 2, real{0});
  return options;
}

template <class F>
std::vector<Array> results(const Spans& from, const Spans& to, AttentionOptions options, const F& f) {
  const Operands x(from, to);
  std::vector<Tensor> inputs{x.q, x.k, x.v};
  for (Tensor* tensor : {&options.head_scale, &options.distances}) {
    if (!*tensor) continue;
    *tensor = Tensor::parameter(tensor->value());
    inputs.push_back(*tensor);
  }
  const Tensor y = f(x, options);
  backward(y, normal({.seed = 23}, y.shape()));
  std::vector<Array> all{y.value()};
  for (const Tensor& input : inputs) all.push_back(input.grad());
  return all;
}

}  // namespace

Operands::Operands(const Spans& from, const Spans& to)
    : q(drawn(1, {from.rows(), heads * size})),
      k(drawn(2, {to.rows(), heads * size})),
      v(drawn(3, {to.rows(), heads * size})) {}

Operands Operands::part(int64_t begin, int64_t end) const {
  Operands some;
  some.q = Tensor::parameter(q.value().rows(begin, end));
  some.k = Tensor::parameter(k.value().rows(begin, end));
  some.v = Tensor::parameter(v.value().rows(begin, end));
  return some;
}

OptionTable option_table(const Spans& from, const Spans& to) {
  int64_t pairs = 0;
  for (int64_t i = 0; i < from.count(); ++i) pairs += from.length(i) * to.length(i);
  return {
      {"plain", {.heads = heads}},
      {"causal", {.heads = heads, .causal = true}},
      {"causal from the start", {.heads = heads, .causal = true, .queries = Queries::first}},
      {"keys hidden", {.heads = heads, .mask = {.keys = drawn_mask(6, to.rows())}}},
      {"pairs hidden", {.heads = heads, .causal = true, .mask = {.pairs = drawn_mask(7, pairs)}}},
      {"nobody seen, so all alike",
       {.heads = heads,
        .causal = true,
        .mask = {.keys = every_fourth(to.rows()), .fully_masked = FullyMasked::average},
        .dropout = real(0.2),
        .rng = {.seed = 10}}},
      {"pairs hidden, nobody seen, relative", nobody_seen(pairs)},
      {"bias", {.heads = heads, .scale = real(0.7), .mask = {.bias = normal({.seed = 8}, {heads * pairs})}}},
      {"dropout", {.heads = heads, .causal = true, .dropout = real(0.2), .rng = {.seed = 9}}},
      {"head scale", {.heads = heads, .head_scale = Array::of({2}, {0, real(1.5)})}},
      {"relative key", relative(Relative::key, Queries::last)},
      {"relative key and query", relative(Relative::key_query, Queries::first)},
  };
}

double worst_difference(const Array& got, const Array& want) {
  REQUIRE(got.shape() == want.shape());
  double size_of_want = 1, worst = 0;
  for (int64_t i = 0; i < want.size(); ++i) {
    size_of_want = std::max(size_of_want, std::abs(static_cast<double>(want[i])));
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i])));
  }
  return worst / size_of_want;
}

bool finite(const Array& x) {
  return std::all_of(x.data(), x.data() + x.size(), [](real each) { return std::isfinite(each); });
}

void check_beside_twin(const Spans& from, const Spans& to, const AttentionOptions& options) {
  const auto fused = [&](const Operands& x, const AttentionOptions& o) {
    return attention(x.q, x.k, x.v, from, to, o);
  };
  const auto spelled = [&](const Operands& x, const AttentionOptions& o) {
    return spelled_attention(x.q, x.k, x.v, from, to, o);
  };
  const std::vector<Array> got = results(from, to, options, fused), want = results(from, to, options, spelled);
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("value, then gradients: " << i);
    CHECK(worst_difference(got[i], want[i]) <= rounding);
  }
}

std::vector<std::vector<real>> bits(int thread_count, const Spans& from, const Spans& to,
                                    const AttentionOptions& options) {
  std::vector<std::vector<real>> all;
  set_threads(thread_count);
  const auto fused = [&](const Operands& x, const AttentionOptions& o) {
    const Attended attended = attention_with_probabilities(x.q, x.k, x.v, from, to, o);
    for (const Array& p : attended.probabilities) all.push_back(p.values());
    return attended.y;
  };
  for (const Array& x : results(from, to, options, fused)) all.push_back(x.values());
  set_threads(0);
  return all;
}

}  // namespace bertlet
