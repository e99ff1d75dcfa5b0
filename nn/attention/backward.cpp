#include <algorithm>

#include "core/parallel.h"
#include "nn/attention/plan.h"
#include "nn/attention/relative_positions.h"
#include "nn/workspaces.h"

namespace bertlet {

namespace {

struct Call {
  const AttentionPlan& plan;
  const AttentionInputs& in;
  const Array& lse;
  const real* dy;
  const AttentionGrads& grads;
};

real* beside(real* grad, int64_t at) { return grad ? grad + at : nullptr; }

void clear(real* x, int64_t rows, int64_t cols, int64_t stride) {
  for (int64_t r = 0; x && r < rows; ++r) std::fill_n(x + r * stride, cols, real{0});
}

// room.s = P ∘ M and room.dp = dS
void probabilities_again(const Call& call, const ScoreBlock& block, const ScoreRoom& room) {
  const AttentionPlan& plan = call.plan;
  const ScoreRows rows = scores(plan, call.in, block, room);
  const Matrix v = keys_of(plan, block, call.in.v, plan.value_size);
  product(queries_of(plan, block, call.dy, plan.value_size), transposed(v), 0, room.dp, block.keys);
  const int64_t query = block.pairing.queries.begin + block.row;
  const real* lse = call.lse.data() + block.head * plan.query_rows + query;
  attention_kernels().softmax_grad(rows, dropout_of(plan, block), plan.scale, lse, room.s, room.dp);
}

// With P the probabilities and M the dropout:
//   dV = (P ∘ M)ᵀ dY    dP = dY Vᵀ    dS = scale · P ∘ (M ∘ dP − rowsum(P ∘ M ∘ dP))    dQ = dS K    dK = dSᵀ Q
void block_backward(const Call& call, const ScoreBlock& block, const ScoreRoom& room) {
  const AttentionPlan& plan = call.plan;
  probabilities_again(call, block, room);
  const Matrix p{room.s, block.rows, block.keys, block.keys}, ds{room.dp, block.rows, block.keys, block.keys};
  const Matrix q = queries_of(plan, block, call.in.q, plan.size), k = keys_of(plan, block, call.in.k, plan.size);
  const Matrix dy = queries_of(plan, block, call.dy, plan.value_size);
  real* dq = beside(call.grads.q, queries_at(plan, block, plan.size));
  real* dk = beside(call.grads.k, keys_at(plan, block, plan.size));
  real* dv = beside(call.grads.v, keys_at(plan, block, plan.value_size));
  if (dv) product(transposed(p), dy, 1, dv, dy.stride);
  if (dq) product(ds, k, 0, dq, q.stride);
  if (dk) product(transposed(ds), q, 1, dk, q.stride);
  if (plan.relative == Relative::none) return;
  const int64_t table = (2 * plan.max_distance - 1) * plan.size;
  distance_grads(plan, call.in, block, room.dp, room.distances,
                 {dq, dk, beside(call.grads.distances, block.head * table)});
}

// One sequence in one head: its blocks in order, so that sums over queries do not depend on threads.
void head_backward(const Call& call, const Pairing& pairing, int64_t head, const ScoreRoom& room) {
  const AttentionPlan& plan = call.plan;
  const ScoreBlock all{pairing, head, 0, 0, 0};
  clear(beside(call.grads.k, keys_at(plan, all, plan.size)), pairing.keys.count, plan.size, plan.heads * plan.size);
  clear(beside(call.grads.v, keys_at(plan, all, plan.value_size)), pairing.keys.count, plan.value_size,
        plan.heads * plan.value_size);
  for (int64_t i = 0; i < blocks_of(pairing); ++i) block_backward(call, block_of(plan, pairing, head, i), room);
}

}  // namespace

void attention_backward(const AttentionPlan& plan, const AttentionInputs& in, const Array& lse, const Array& dy,
                        const AttentionGrads& grads) {
  const Call call{plan, in, lse, dy.data(), grads};
  const int64_t sequences = plan.sequences();
  const int64_t grain = grads.distances ? sequences : 1;  // a head's part of the table sums over sequences in order
  Workspaces rooms(ScoreRoom::size(plan), "attention");
  parallel_for(sequences * plan.heads, std::max<int64_t>(1, grain), [&](int64_t begin, int64_t end) {
    rooms.lend([&](real* memory) {
      for (int64_t i = begin; i < end; ++i)
        head_backward(call, plan.pairing(i % sequences), i / sequences, ScoreRoom(plan, memory));
    });
  });
}

}  // namespace bertlet
