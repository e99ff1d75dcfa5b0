#include <algorithm>

#include "core/parallel.h"
#include "nn/attention/plan.h"
#include "nn/attention/relative_positions.h"
#include "nn/workspaces.h"

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
          plan.mask.fully_masked == FullyMasked::average};
}

namespace {

// What v is multiplied by: the block's rows of [A, from, to].
void keep_probabilities(const ScoreBlock& block, const ScoreRoom& room, Array& into) {
  const RowRange queries = block.pairing.queries, keys = block.pairing.keys;
  real* to = into.data() + (block.head * queries.count + block.row) * keys.count;
  for (int64_t r = 0; r < block.rows; ++r, to += keys.count) {
    std::copy_n(room.s + r * block.keys, block.keys, to);
    std::fill_n(to + block.keys, keys.count - block.keys, real{0});
    attention_kernels().divide(room.per_row + r, to, 1, block.keys, block.keys);
  }
}

// y = weights v / Σ weights: dividing D numbers of a row costs less than dividing its weights.
void attend(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block, const ScoreRoom& room,
            AttentionResult& result, Array* probabilities) {
  const ScoreRows rows = scores(plan, in, block, room);
  const int64_t query = block.pairing.queries.begin + block.row, stride = plan.heads * plan.value_size;
  real* y = result.y.data() + query * stride + block.head * plan.value_size;
  real* lse = result.lse.data() + block.head * plan.query_rows + query;
  attention_kernels().softmax(rows, dropout_of(plan, block), room.s, lse, room.per_row);
  if (probabilities) keep_probabilities(block, room, *probabilities);
  product({room.s, block.rows, block.keys, block.keys}, keys_of(plan, block, in.v, plan.value_size), 0, y, stride);
  attention_kernels().divide(room.per_row, y, block.rows, plan.value_size, stride);
}

struct WorkItem {
  int64_t sequence, head, block;
};

std::vector<WorkItem> work_of(const AttentionPlan& plan) {
  std::vector<WorkItem> work;
  for (int64_t i = 0; i < plan.sequences(); ++i)
    for (int64_t head = 0; head < plan.heads; ++head)
      for (int64_t block = 0; block < blocks_of(plan.pairing(i)); ++block) work.push_back({i, head, block});
  return work;
}

}  // namespace

AttentionResult attention_forward(const AttentionPlan& plan, const AttentionInputs& in,
                                  std::vector<Array>* probabilities) {
  AttentionResult result{Array({plan.query_rows, plan.heads * plan.value_size}, "attention"),
                         Array({plan.heads, plan.query_rows}, "attention")};
  for (int64_t i = 0; probabilities && i < plan.sequences(); ++i)
    probabilities->emplace_back(Shape{plan.heads, plan.pairing(i).queries.count, plan.pairing(i).keys.count});
  const std::vector<WorkItem> work = work_of(plan);
  Workspaces rooms(ScoreRoom::size(plan), "attention");
  parallel_for(static_cast<int64_t>(work.size()), 1, [&](int64_t begin, int64_t) {
    const WorkItem& t = work[to_size(begin)];
    Array* kept = probabilities ? &(*probabilities)[to_size(t.sequence)] : nullptr;
    rooms.lend([&](real* memory) {
      attend(plan, in, block_of(plan, plan.pairing(t.sequence), t.head, t.block), ScoreRoom(plan, memory), result,
             kept);
    });
  });
  return result;
}

}  // namespace bertlet
