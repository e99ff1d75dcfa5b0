#include "nn/attention/plan.h"

#include <algorithm>
#include <cmath>

#include "core/require.h"
#include "nn/norm/dropout.h"

namespace bertlet {

namespace {

// A block's scores stay within a quarter of a megabyte, unless its fewest rows need more.
constexpr int64_t fewest_rows = 16, scores_per_block = 1 << 16;

int64_t rows_per_block(int64_t keys) {
  const int64_t fitting = scores_per_block / std::max<int64_t>(1, keys) / fewest_rows * fewest_rows;
  return std::clamp(fitting, fewest_rows, most_block_rows);
}

int64_t most_scores(const AttentionPlan& plan) {
  int64_t most = 0;
  for (const Pairing& p : plan.pairings)
    most = std::max(most, std::min(p.queries.count, rows_per_block(p.keys.count)) * p.keys.count);
  return most;
}

int64_t head_size(const char* which, const Shape& x, int64_t heads) {
  require(x.rank() == 2, "attention: got {} {}, want [rows, heads × size]", which, x);
  require(heads > 0 && x[1] > 0 && x[1] % heads == 0,
          "attention: got {} {} for {} heads, want as many columns for each head", which, x, heads);
  return x[1] / heads;
}

std::vector<Pairing> pair_up(const Spans& from, const std::vector<RowRange>& keys, Queries stand) {
  std::vector<Pairing> pairings;
  int64_t key = 0, pair = 0;
  for (int64_t i = 0; i < from.count(); ++i) {
    const RowRange to = keys[to_size(i)];
    const int64_t offset = stand == Queries::first ? 0 : to.count - from.length(i);
    pairings.push_back({{from.begin(i), from.length(i)}, to, key, pair, offset});
    key += to.count;
    pair += from.length(i) * to.count;
  }
  return pairings;
}

void require_numbers(const char* which, const Array& mask, int64_t count) {
  require(!mask || mask.size() == count, "attention: got {} numbers in mask.{}, want {}", mask.size(), which, count);
}

void check_mask(AttentionPlan& plan) {
  int64_t keys = 0, pairs = 0;
  for (const Pairing& p : plan.pairings) {
    keys += p.keys.count;
    pairs += p.queries.count * p.keys.count;
  }
  require_numbers("keys", plan.mask.keys, keys);
  require_numbers("pairs", plan.mask.pairs, pairs);
  plan.biases = plan.mask.bias && plan.mask.bias.size() != pairs ? plan.heads : 1;
  require_numbers("bias", plan.mask.bias, pairs * plan.biases);
}

void check_distances(AttentionPlan& plan, const Tensor& table) {
  if (plan.relative == Relative::none) return;
  require(table && table.shape().rank() == 2 && table.shape()[0] % 2 == 1 && table.shape()[1] == plan.size,
          "attention: got distances {}, want [2 max − 1, {}]", table ? table.shape() : Shape{0}, plan.size);
  plan.max_distance = (table.shape()[0] + 1) / 2;
  for (const Pairing& p : plan.pairings)
    require(std::max(p.queries.count, p.keys.count) <= plan.max_distance,
            "attention: got a sequence of {} queries and {} keys, want at most {}, for which there are distances",
            p.queries.count, p.keys.count, plan.max_distance);
}

}  // namespace

AttentionPlan plan_attention(const Shape& q, const Shape& k, const Shape& v, const Spans& from,
                             const std::vector<RowRange>& keys, const AttentionOptions& options) {
  AttentionPlan plan{};
  plan.heads = options.heads;
  plan.size = head_size("q", q, plan.heads);
  plan.value_size = head_size("v", v, plan.heads);
  require(head_size("k", k, plan.heads) == plan.size && k[0] == v[0],
          "attention: got q {}, k {} and v {}, want as many columns in q and k, and as many rows in k and v", q, k, v);
  require(from.rows() == q[0], "attention: got q {} and sequences of {} rows together", q, from.rows());
  require(from.count() == static_cast<int64_t>(keys.size()), "attention: got {} sequences of queries and {} of keys",
          from.count(), keys.size());
  require(options.scale >= 0 && std::isfinite(options.scale), "attention: got a scale of {}, want one above 0",
          options.scale);
  plan.pairings = pair_up(from, keys, options.queries);
  plan.query_rows = q[0];
  plan.scale = options.scale > 0 ? options.scale : 1 / std::sqrt(static_cast<real>(plan.size));
  plan.causal = options.causal;
  plan.mask = options.mask;
  plan.dropout = dropout_mask("attention", options.dropout, options.rng);
  for (const RowRange& of : keys) plan.drawn = std::max(plan.drawn, (of.count + 127) / 128 * 128);
  plan.rows = options.rows;
  require(plan.rows.empty() || std::ssize(plan.rows) == q[0], "attention: got the numbers of {} rows for q {}",
          plan.rows.size(), q);
  plan.relative = options.relative;
  check_mask(plan);
  check_distances(plan, options.distances);
  return plan;
}

int64_t blocks_of(const Pairing& pairing) {
  const int64_t rows = rows_per_block(pairing.keys.count);
  return (pairing.queries.count + rows - 1) / rows;
}

ScoreBlock block_of(const AttentionPlan& plan, const Pairing& pairing, int64_t head, int64_t i) {
  const int64_t step = rows_per_block(pairing.keys.count), row = i * step;
  const int64_t rows = std::min(step, pairing.queries.count - row), all = pairing.keys.count;
  const bool cut = plan.causal && plan.mask.fully_masked == FullyMasked::zeros;  // who sees nobody sees all alike
  const int64_t seen = cut ? std::clamp<int64_t>(pairing.offset + row + rows, 0, all) : all;
  return {pairing, head, row, rows, seen};
}

ScoreRoom::ScoreRoom(const AttentionPlan& plan, real* memory) {
  const int64_t scores = most_scores(plan);
  s = memory;
  dp = s + scores;
  per_row = dp + scores;
  distances = per_row + most_block_rows;
}

int64_t ScoreRoom::size(const AttentionPlan& plan) {
  const int64_t window = most_block_rows + distance_tile - 1;
  const int64_t distances = plan.relative == Relative::none ? 0 : std::max(most_block_rows, distance_tile) * window;
  return 2 * most_scores(plan) + most_block_rows + distances;
}

int64_t queries_at(const AttentionPlan& plan, const ScoreBlock& block, int64_t size) {
  return ((block.pairing.queries.begin + block.row) * plan.heads + block.head) * size;
}

int64_t keys_at(const AttentionPlan& plan, const ScoreBlock& block, int64_t size) {
  return (block.pairing.keys.begin * plan.heads + block.head) * size;
}

Matrix queries_of(const AttentionPlan& plan, const ScoreBlock& block, const real* q, int64_t size) {
  return {q + queries_at(plan, block, size), block.rows, size, plan.heads * size};
}

Matrix keys_of(const AttentionPlan& plan, const ScoreBlock& block, const real* k, int64_t size) {
  return {k + keys_at(plan, block, size), block.keys, size, plan.heads * size};
}

Matrix transposed(Matrix m) {
  std::swap(m.rows, m.cols);
  m.transposed = !m.transposed;
  return m;
}

// The numbers that dropout() would draw for an array [N, A, drawn].
ScoreDropout dropout_of(const AttentionPlan& plan, const ScoreBlock& block) {
  const int64_t row = block.pairing.queries.begin + block.row;
  const int64_t* rows = plan.rows.empty() ? nullptr : plan.rows.data() + row;
  return {plan.dropout, rows, row, block.head * plan.drawn, plan.heads * plan.drawn};
}

}  // namespace bertlet
