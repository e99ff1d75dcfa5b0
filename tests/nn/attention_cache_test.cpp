#include "core/ops.h"
#include "nn/attention/multi_head_attention.h"
#include "nn/init.h"
#include "tests/catch.h"
#include "tests/nn/attention_operands.h"

using namespace bertlet;

namespace {

// Row `row` of every sequence.
Array rows_at(const Array& x, const Spans& spans, int64_t begin, int64_t count) {
  Array some({spans.count() * count, x.shape()[1]});
  for (int64_t i = 0; i < spans.count(); ++i) {
    const Array part = x.rows(spans.begin(i) + begin, spans.begin(i) + begin + count);
    std::copy_n(part.data(), part.size(), some.data() + i * part.size());
  }
  return some;
}

Spans same(int64_t sequences, int64_t length) { return Spans(std::vector<int64_t>(to_size(sequences), length)); }

// The rows in pieces through a cache, put together again.
void check_cached(const AttentionOptions& options) {
  const Spans spans{41, 41};
  const Operands x(spans, spans);
  const Array want = attention(x.q, x.k, x.v, spans, options).value();
  KeyValueCache cache;
  int64_t done = 0;
  for (const int64_t count : {7, 1, 1, 20, 0, 1, 11}) {
    const Spans step = same(2, count);
    cache.append(rows_at(x.k.value(), spans, done, count), rows_at(x.v.value(), spans, done, count), step);
    const Array got = attention(rows_at(x.q.value(), spans, done, count), step, cache, options);
    CHECK(worst_difference(got, rows_at(want, spans, done, count)) <= 1e-5);
    done += count;
  }
  CHECK(done == 41);
}

}  // namespace

TEST_CASE("step by step through a cache is the same as at once", "[attention]") {
  check_cached({.heads = 2, .causal = true});
  check_cached({.heads = 2, .causal = true, .head_scale = Array::of({2}, {real(0.5), 2})});
  for (const Relative kind : {Relative::key, Relative::key_query})
    check_cached({.heads = 2, .causal = true, .relative = kind, .distances = normal({.seed = 3}, {2 * 41 - 1, 4})});
}

TEST_CASE("sequences of a cache grow by different lengths", "[attention]") {
  const Spans first{3, 1}, second{1, 30}, both{4, 31};
  const Operands a(first, first), b(second, second);
  KeyValueCache cache;
  cache.append(a.k.value(), a.v.value(), first);
  cache.append(b.k.value(), b.v.value(), second);
  CHECK(cache.length(0) == 4);
  CHECK(cache.length(1) == 31);
  CHECK(cache.keys(0).rows(0, 3).values() == a.k.value().rows(0, 3).values());
  CHECK(cache.values(1).rows(1, 31).values() == b.v.value().rows(1, 31).values());

  Array seen = Array::filled({35}, 1);
  seen[0] = seen[4] = 0;  // the first key of each
  const Array got = attention(b.q.value(), second, cache, {.heads = 2, .mask = {.keys = seen}});
  const Tensor k = concat({cache.keys(0), cache.keys(1)}, 0), v = concat({cache.values(0), cache.values(1)}, 0);
  const Tensor want = attention(b.q, k, v, second, both, {.heads = 2, .mask = {.keys = seen}});
  CHECK(got.values() == want.value().values());
}

TEST_CASE("beams of a cache change places", "[attention]") {
  const Spans spans{2, 2, 2};
  const Operands x(spans, spans);
  KeyValueCache cache;
  cache.append(x.k.value(), x.v.value(), spans);
  const Array last = cache.keys(2).clone(), first = cache.keys(0).clone();
  cache.select(std::vector<int64_t>{2, 2, 0, 2});
  CHECK(cache.count() == 4);
  CHECK(cache.keys(0).values() == last.values());
  CHECK(cache.keys(1).values() == last.values());
  CHECK(cache.keys(2).values() == first.values());
  cache.append(x.k.value().rows(0, 4), x.v.value().rows(0, 4), same(4, 1));
  CHECK(cache.keys(1).rows(0, 2).values() == last.values());
  CHECK_THROWS_WITH(cache.select(std::vector<int64_t>{4}),
                    Catch::Matchers::ContainsSubstring("sequence 4, want 0 … 3"));
  CHECK_THROWS_WITH(cache.append(x.k.value(), x.v.value(), spans),
                    Catch::Matchers::ContainsSubstring("of 3 sequences"));
}

TEST_CASE("the module generates with a cache what it computes at once", "[attention]") {
  MultiHeadAttention attention(8, 2);
  Parameters parameters = parameters_of(attention);
  initialise(parameters, 1, {{"*", normal_init(1)}});
  const Spans spans{5};
  const Tensor x = normal({.seed = 2}, {5, 8});
  Pass pass;
  const Array want = attention(x, spans, pass, {.causal = true}).value();
  KeyValueCache cache;
  for (int64_t i = 0; i < 5; ++i) {
    const Tensor y = attention(x.value().rows(i, i + 1), {1}, cache, {.causal = true});
    CHECK(worst_difference(y.value(), want.rows(i, i + 1)) <= 1e-5);
  }
}

TEST_CASE("dropout works in training only, at a new site each time", "[attention]") {
  MultiHeadAttention attention(8, 2);
  Parameters parameters = parameters_of(attention);
  initialise(parameters, 1, {{"*", normal_init(1)}});
  const Tensor x = normal({.seed = 2}, {9, 8});
  const auto run = [&](Pass& pass) { return attention(x, {9}, pass).value().values(); };
  Pass evaluation, training{.training = true, .rng = {.seed = 3}}, again = training;
  CHECK(run(evaluation) == run(evaluation));
  const auto first = run(training);
  CHECK(first != run(evaluation));
  CHECK(first != run(training));
  CHECK(first == run(again));
}
