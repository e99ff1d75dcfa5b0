#include "nn/ops/attention_scores.h"

#include "nn/ops/relative_positions.h"

namespace bertlet {

namespace {

// The place of the block's row r in arrays that hold [from, to] of each sequence.
int64_t pairs_at(const ScoreBlock& block, int64_t r) { return (block.row + r) * block.pairing.keys.count; }

void add_bias(const AttentionPlan& plan, const ScoreBlock& block, real* s) {
  const Pairing& p = block.pairing;
  const int64_t pairs = p.queries.count * p.keys.count, layer = plan.biases == 1 ? 0 : block.head;
  const real* bias = plan.mask.bias.data() + p.first_pair * plan.biases + layer * pairs;
  for (int64_t r = 0; r < block.rows; ++r)
    attention_kernels().add_bias(plan.scale, bias + pairs_at(block, r), s + r * block.keys, block.keys);
}

void hide(const AttentionPlan& plan, const ScoreBlock& block, real* s) {
  const Pairing& p = block.pairing;
  const AttentionMask& mask = plan.mask;
  for (int64_t r = 0; r < block.rows; ++r, s += block.keys) {
    if (mask.keys) attention_kernels().hide(mask.keys.data() + p.first_key, s, block.keys);
    if (mask.pairs) attention_kernels().hide(mask.pairs.data() + p.first_pair + pairs_at(block, r), s, block.keys);
  }
}

}  // namespace

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

ScoreRows scores(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block, const ScoreRoom& room) {
  const Matrix q = queries_of(plan, block, in.q, plan.size), k = keys_of(plan, block, in.k, plan.size);
  product(q, transposed(k), 0, room.s, block.keys);
  if (plan.relative != Relative::none) add_distances(plan, in, block, room);
  if (plan.mask.bias) add_bias(plan, block, room.s);
  if (plan.mask.keys || plan.mask.pairs) hide(plan, block, room.s);
  const int64_t seen = plan.causal ? block.pairing.offset + block.row + 1 : block.keys;
  return {block.rows,
          block.keys,
          seen,
          plan.causal ? 1 : 0,
          plan.mask.bias ? 1 : plan.scale,
          plan.mask.unseeing == Unseeing::average};
}

// The numbers that dropout() would draw for an array [N, A, drawn].
ScoreDropout dropout_of(const AttentionPlan& plan, const ScoreBlock& block) {
  const int64_t row = block.pairing.queries.begin + block.row;
  return {plan.dropout, (row * plan.heads + block.head) * plan.drawn, plan.heads * plan.drawn};
}

}  // namespace bertlet
