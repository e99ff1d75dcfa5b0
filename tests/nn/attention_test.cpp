#include <cmath>

#include "core/memory.h"
#include "core/ops.h"
#include "nn/attention/multi_head_attention.h"
#include "tests/catch.h"
#include "tests/nn/attention_operands.h"

using namespace bertlet;

TEST_CASE("two keys and one query, by hand", "[attention]") {
  const real root = std::sqrt(real{2});  // scores 0 and log 3 once divided by √D, D = 2
  const Tensor q = Array::of({1, 2}, {root, 0}), k = Array::of({2, 2}, {0, 5, std::log(real{3}), 7});
  const Tensor v = Array::of({2, 2}, {4, 0, 8, 1});
  const Attended got = attention_with_probabilities(q, k, v, {1}, {2}, {});
  CHECK(got.y.value()[0] == Approx(7));
  CHECK(got.y.value()[1] == Approx(0.75));
  CHECK(got.probabilities[0].shape() == Shape{1, 1, 2});
  CHECK(got.probabilities[0][0] == Approx(0.25));
}

TEST_CASE("long sequences, which take several blocks, equal the twin", "[attention]") {
  const Spans from{150, 1, 0, 333}, to{290, 0, 7, 40};
  for (const auto& [name, options] : option_table(from, from)) {
    INFO(name);
    check_beside_twin(from, from, options);
  }
  for (const auto& [name, options] : option_table(from, to)) {
    INFO("cross, " << name);
    check_beside_twin(from, to, options);
  }
}

TEST_CASE("attention has the same bits with 1, 2, 3 and 8 threads", "[attention][threads]") {
  const Spans spans{130, 20, 0, 64};
  for (const auto& [name, options] : option_table(spans, spans)) {
    INFO(name);
    const auto want = bits(1, spans, spans, options);
    for (const int count : {2, 3, 8}) CHECK(bits(count, spans, spans, options) == want);
  }
}

TEST_CASE("a sequence has the same bits alone and among others", "[attention]") {
  const Operands all(Spans{30, 150, 5}, Spans{30, 150, 5});
  const Operands one = all.part(30, 180);
  const AttentionOptions options{.heads = 2, .causal = true};
  const Array among = attention(all.q, all.k, all.v, Spans{30, 150, 5}, options).value();
  CHECK(attention(one.q, one.k, one.v, Spans{150}, options).value().values() == among.rows(30, 180).values());
}

TEST_CASE("pads whose keys are masked change nothing for real rows", "[attention]") {
  const Operands padded(Spans{6, 6}, Spans{6, 6});  // left padding, and a gap and right padding
  const std::vector<int64_t> real_rows{2, 3, 4, 5, 6, 7, 9};
  Array seen = Array::filled({12}, 0);
  for (const int64_t row : real_rows) seen[row] = 1;
  const auto packed = [&](const Tensor& x) { return Tensor(gather_rows(x, real_rows).value()); };
  const Tensor y = attention(padded.q, padded.k, padded.v, Spans{6, 6}, {.heads = 2, .mask = {.keys = seen}});
  const Tensor want = attention(packed(padded.q), packed(padded.k), packed(padded.v), Spans{4, 3}, {.heads = 2});
  CHECK(worst_difference(packed(y).value(), want.value()) <= rounding);
}

TEST_CASE("a query that sees no key gets zeros, and its gradient is zero", "[attention]") {
  const Spans spans{3, 2};
  const AttentionMask masks[] = {{.keys = Array::of({5}, {0, 0, 0, 1, 1})},
                                 {.pairs = Array::of({13}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1})},
                                 {.bias = Array::of({13}, {-infinity, -infinity, -infinity, -infinity, -infinity,
                                                           -infinity, -infinity, -infinity, -infinity, 0, 0, 0, 0})}};
  for (const AttentionMask& mask : masks) {
    const Operands x(spans, spans);
    const Attended got =
        attention_with_probabilities(x.q, x.k, x.v, spans, spans, {.heads = 2, .mask = mask, .dropout = real(0.1)});
    backward(got.y, Array::filled({5, 8}, 1));
    for (const Array& rows : {got.y.value(), x.q.grad(), x.k.grad(), x.v.grad()}) {
      CHECK(rows.rows(0, 3).values() == std::vector<real>(24, 0));
      CHECK(finite(rows));
    }
    CHECK(got.probabilities[0].values() == std::vector<real>(18, 0));
  }
}

TEST_CASE("more queries than keys: causality leaves the first ones with nothing", "[attention]") {
  const Operands x(Spans{4}, Spans{2});
  const Array y = attention(x.q, x.k, x.v, {4}, {2}, {.heads = 2, .causal = true}).value();
  CHECK(y.rows(0, 2).values() == std::vector<real>(16, 0));
  CHECK(y.rows(2, 3).values() == x.v.value().rows(0, 1).values());  // sees one key
}

TEST_CASE("what is not a number stays visible", "[attention]") {
  Operands x(Spans{3}, Spans{3});
  x.q.edit()[0] = std::numeric_limits<real>::quiet_NaN();
  const Array y = attention(x.q, x.k, x.v, {3}, {.heads = 2}).value();
  CHECK(std::isnan(y[0]));
  CHECK(finite(y.rows(1, 3)));
}

TEST_CASE("nothing to attend to or with", "[attention]") {
  const Operands none(Spans{}, Spans{}), empty(Spans{0, 0}, Spans{0, 3}), keyless(Spans{2}, Spans{0});
  CHECK(attention(none.q, none.k, none.v, Spans{}, {.heads = 2}).shape() == Shape{0, 8});
  const Tensor y = attention(empty.q, empty.k, empty.v, {0, 0}, {0, 3}, {.heads = 2});
  CHECK(y.shape() == Shape{0, 8});
  backward(y, Array({0, 8}));
  CHECK(empty.k.grad().values() == std::vector<real>(24, 0));
  CHECK(attention(keyless.q, keyless.k, keyless.v, {2}, {0}, {.heads = 2}).value().values() ==
        std::vector<real>(16, 0));
}

TEST_CASE("gradients go only where they are wanted", "[attention]") {
  const Operands x(Spans{4}, Spans{4});
  const Tensor y = attention(x.q.detached(), x.k, x.v.detached(), {4}, {.heads = 2});
  backward(y, Array::filled({4, 8}, 1));
  CHECK_FALSE(x.q.grad());
  CHECK(x.k.grad());
  CHECK_FALSE(attention(x.q.detached(), x.k.detached(), x.v.detached(), {4}, {.heads = 2}).wants_grad());
}

TEST_CASE("dropout keeps what it should and scales the rest", "[attention]") {
  const int64_t rows = 800, heads = 16;  // 1e7 draws of probabilities that are all 1 / 800
  const Tensor q = Array::filled({rows, heads}, 0), v = Array::filled({rows, heads}, 1);
  const real rate = real(0.1);
  const Attended got =
      attention_with_probabilities(q, q, v, {rows}, {rows}, {.heads = heads, .dropout = rate, .rng = {.seed = 4}});
  const Array& p = got.probabilities[0];
  double kept = 0, total = 0;
  for (int64_t i = 0; i < p.size(); ++i) kept += p[i] != 0, total += static_cast<double>(p[i]);
  const double n = static_cast<double>(p.size());
  CHECK(std::abs(kept / n - 0.9) < 4 * std::sqrt(0.09 / n));
  CHECK(total == Approx(static_cast<double>(rows * heads)).epsilon(1e-3));
}

TEST_CASE("some queries get what they would get among all", "[attention]") {
  const Spans spans{5, 1, 7};
  const std::vector<int64_t> rows{1, 4, 8, 12};
  const Operands x(spans, spans);
  AttentionOptions options{.heads = 2, .dropout = real(0.4), .rng = {.seed = 4}};
  const Tensor y = attention(x.q, x.k, x.v, spans, options);
  Array dy = Array::filled(y.shape(), 0);
  for (const int64_t row : rows)
    for (int64_t i = 0; i < 8; ++i) dy[row * 8 + i] = static_cast<real>(i - row);
  backward(y, dy);
  options.rows = rows;
  const Tensor q = Tensor::parameter(gathered("q", x.q.value(), rows)), k = Tensor::parameter(x.k.value());
  const Tensor z = attention(q, k, x.v.detached(), spans.of(rows), spans, options);
  CHECK(z.value().values() == gathered("y", y.value(), rows).values());
  backward(z, gathered("dy", dy, rows));
  CHECK(worst_difference(q.grad(), gathered("dq", x.q.grad(), rows)) < rounding);
  CHECK(worst_difference(k.grad(), x.k.grad()) < rounding);
  options.rows = {1};
  CHECK_THROWS_WITH(attention(q, k, x.v, spans.of(rows), spans, options),
                    Catch::Matchers::ContainsSubstring("attention: got the numbers of 1 rows"));
  CHECK_THROWS_WITH(spans.of({4, 13}),
                    Catch::Matchers::ContainsSubstring("Spans: got row 13, want rising ones below 13"));
}

TEST_CASE("memory grows with the length of sequences, not with its square", "[attention]") {
  const auto peak = [](int64_t length) {
    const Operands x(Spans{length}, Spans{length});
    const int64_t before = memory_use().live;
    reset_peak();
    const Tensor y = attention(x.q, x.k, x.v, {length}, {.heads = 2, .dropout = real(0.1)});
    backward(y, Array::filled(y.shape(), 1));
    return memory_use().peak - before;
  };
  CHECK(peak(512) < 5 * peak(128));
  CHECK(peak(4096) < 9 * peak(512));
}

TEST_CASE("attention says what is wrong with its operands", "[attention]") {
  using Catch::Matchers::ContainsSubstring;
  const Operands x(Spans{4}, Spans{4});
  const auto call = [&](const AttentionOptions& options, const Spans& to = {4}) {
    return attention(x.q, x.k, x.v, {4}, to, options);
  };
  CHECK_THROWS_WITH(call({.heads = 3}), ContainsSubstring("for 3 heads"));
  CHECK_THROWS_WITH(call({.heads = 2}, {3}), ContainsSubstring("3 keys together"));
  CHECK_THROWS_WITH(call({.heads = 2}, {2, 2}), ContainsSubstring("1 sequences of queries and 2 of keys"));
  CHECK_THROWS_WITH(call({.heads = 2, .scale = -1}), ContainsSubstring("scale of -1"));
  CHECK_THROWS_WITH(call({.heads = 2, .dropout = 2}), ContainsSubstring("rate of 2"));
  CHECK_THROWS_WITH(call({.heads = 2, .mask = {.keys = Array({3})}}),
                    ContainsSubstring("3 numbers in mask.keys, want 4"));
  CHECK_THROWS_WITH(call({.heads = 2, .mask = {.bias = Array({17})}}), ContainsSubstring("want 32"));
  CHECK_THROWS_WITH(call({.heads = 2, .head_scale = Array({3})}), ContainsSubstring("head_scale [3], want [2]"));
  CHECK_THROWS_WITH(call({.heads = 2, .relative = Relative::key}), ContainsSubstring("want [2 max − 1, 4]"));
  CHECK_THROWS_WITH(call({.heads = 2, .relative = Relative::key, .distances = Array({5, 4})}),
                    ContainsSubstring("at most 3"));
}
