#include "nn/attention/relative_positions.h"

#include <algorithm>

namespace bertlet {

namespace {

// Some keys of a block. Query i and key j of the tile meet in row i + (keys − 1 − j) of a window of the table.
struct Tile {
  Tile(const AttentionPlan& plan, const ScoreBlock& block, int64_t first)
      : begin(first), keys(std::min(distance_tile, block.keys - first)), rows(block.rows + keys - 1) {
    const int64_t nearest = block.pairing.offset + block.row - (begin + keys - 1);
    at = (nearest + plan.max_distance - 1) * plan.size;
  }
  Matrix window(const AttentionPlan& plan, const real* table) const { return {table + at, rows, plan.size, plan.size}; }

  int64_t begin, keys;  // of the block's keys
  int64_t rows, at;     // of the window
};

Matrix keys_of_tile(const AttentionPlan& plan, const ScoreBlock& block, const Tile& t, const real* k) {
  Matrix m = keys_of(plan, block, k, plan.size);
  m.data += t.begin * m.stride;
  m.rows = t.keys;
  return m;
}

template <class F>
void each_tile(const AttentionPlan& plan, const ScoreBlock& block, const F& f) {
  for (int64_t key = 0; key < block.keys; key += distance_tile) f(Tile(plan, block, key));
}

// f(s_ij, x_ij) for the pairs of a tile, where x[queries, window] says what each query has with each row of the window.
template <class S, class F>
void each_of_queries(const ScoreBlock& block, const Tile& t, S* s, real* x, const F& f) {
  for (int64_t i = 0; i < block.rows; ++i)
    for (int64_t j = 0; j < t.keys; ++j) f(s[i * block.keys + t.begin + j], x[i * t.rows + i + t.keys - 1 - j]);
}

// The same for x[keys, window].
template <class S, class F>
void each_of_keys(const ScoreBlock& block, const Tile& t, S* s, real* x, const F& f) {
  for (int64_t i = 0; i < block.rows; ++i)
    for (int64_t j = 0; j < t.keys; ++j) f(s[i * block.keys + t.begin + j], x[j * t.rows + i + t.keys - 1 - j]);
}

void add_score(real& s, real x) { s += x; }
void put(real ds, real& x) { x = ds; }

// d <- d + x window and dwindow <- dwindow + xᵀ m, for the operand m of which x is made.
void grads_through(const AttentionPlan& plan, const AttentionInputs& in, const Tile& t, const Matrix& x,
                   const Matrix& m, real* d, real* dtable) {
  if (d) product(x, t.window(plan, in.distances), 1, d, m.stride);
  if (dtable) product(transposed(x), m, 1, dtable + t.at, plan.size);
}

}  // namespace

void add_distances(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block,
                   const ScoreRoom& room) {
  each_tile(plan, block, [&](const Tile& t) {
    const Matrix window = transposed(t.window(plan, in.distances));
    product(queries_of(plan, block, in.q, plan.size), window, 0, room.distances, t.rows);
    each_of_queries(block, t, room.s, room.distances, add_score);
    if (plan.relative != Relative::key_query) return;
    product(keys_of_tile(plan, block, t, in.k), window, 0, room.distances, t.rows);
    each_of_keys(block, t, room.s, room.distances, add_score);
  });
}

void distance_grads(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block, const real* ds,
                    real* room, const DistanceGrads& to) {
  each_tile(plan, block, [&](const Tile& t) {
    std::fill_n(room, block.rows * t.rows, real{0});
    each_of_queries(block, t, ds, room, put);
    grads_through(plan, in, t, {room, block.rows, t.rows, t.rows}, queries_of(plan, block, in.q, plan.size), to.dq,
                  to.dtable);
    if (plan.relative != Relative::key_query) return;
    std::fill_n(room, t.keys * t.rows, real{0});
    each_of_keys(block, t, ds, room, put);
    const Matrix k = keys_of_tile(plan, block, t, in.k);
    grads_through(plan, in, t, {room, t.keys, t.rows, t.rows}, k, to.dk ? to.dk + t.begin * k.stride : nullptr,
                  to.dtable);
  });
}

}  // namespace bertlet
