#pragma once
#include "core/product/product.h"
#include "nn/attention/attention.h"
#include "nn/attention/kernels.h"
#include "nn/attention/key_value_cache.h"

namespace bertlet {

// What attention knows before it computes: where the rows of each sequence are, and the options, checked.

// One sequence: queries that look at keys.
struct Pairing {
  RowRange queries, keys;  // in q; in k and v
  int64_t first_key;       // the number of its first key among the keys of all sequences
  int64_t first_pair;      // the number of its first pair of query and key among those of all sequences
  int64_t offset;          // where its first query stands among its keys
};

struct AttentionPlan {
  std::vector<Pairing> pairings;
  int64_t query_rows;               // N
  int64_t heads, size, value_size;  // A; D of q and k; D of v
  real scale;
  bool causal;
  AttentionMask mask;
  int64_t biases;  // for each pair: 1, or A
  DropoutMask dropout;
  int64_t drawn;              // numbers that dropout draws for a row in a head
  std::vector<int64_t> rows;  // the numbers of the queries' rows; none: 0, 1, 2, …
  Relative relative;
  int64_t max_distance;

  int64_t sequences() const { return static_cast<int64_t>(pairings.size()); }
  const Pairing& pairing(int64_t i) const { return pairings[to_size(i)]; }
};

AttentionPlan plan_attention(const Shape& q, const Shape& k, const Shape& v, const Spans& from,
                             const std::vector<RowRange>& keys, const AttentionOptions& options);

// A few rows of queries of one sequence in one head, and its first keys up to the last one that any of them sees.
struct ScoreBlock {
  const Pairing& pairing;
  int64_t head;
  int64_t row, rows;  // of the sequence's queries
  int64_t keys;
};

constexpr int64_t most_block_rows = 128;
constexpr int64_t distance_tile = 128;  // keys of a block that relative positions take at a time

int64_t blocks_of(const Pairing& pairing);
ScoreBlock block_of(const AttentionPlan& plan, const Pairing& pairing, int64_t head, int64_t i);

// Memory for one block at a time.
struct ScoreRoom {
  ScoreRoom(const AttentionPlan& plan, real* memory);
  static int64_t size(const AttentionPlan& plan);

  real* s;          // [rows, keys]: scores, then probabilities
  real* dp;         // the same: their gradients
  real* per_row;    // [rows]
  real* distances;  // [rows or keys of a tile, window of the table]
};

// The operands, each [rows, A D] with a head's columns side by side; the distances are [2 max − 1, D].
struct AttentionInputs {
  const real *q, *k, *v, *distances;
};

// Where the block's part of an operand with heads of `size` columns begins, and that part as a matrix [rows, size].
int64_t queries_at(const AttentionPlan& plan, const ScoreBlock& block, int64_t size);
int64_t keys_at(const AttentionPlan& plan, const ScoreBlock& block, int64_t size);
Matrix queries_of(const AttentionPlan& plan, const ScoreBlock& block, const real* q, int64_t size);
Matrix keys_of(const AttentionPlan& plan, const ScoreBlock& block, const real* k, int64_t size);
Matrix transposed(Matrix m);

// room.s = the block's scores with relative positions, bias and masks; what is returned says what they lack.
ScoreRows scores(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block, const ScoreRoom& room);
ScoreDropout dropout_of(const AttentionPlan& plan, const ScoreBlock& block);

// y[N, A D] and, for backward, lse[A, N]: of each row in each head the logarithm of Σ exp(score).
struct AttentionResult {
  Array y, lse;
};
AttentionResult attention_forward(const AttentionPlan& plan, const AttentionInputs& in,
                                  std::vector<Array>* probabilities = nullptr);  // [A, from, to] of each sequence

// Where gradients are written: like the operands, but the distances' is in parts [A, 2 max − 1, D] that are still to be
// added up. Null if nobody wants one.
struct AttentionGrads {
  real *q, *k, *v, *distances;
};
void attention_backward(const AttentionPlan& plan, const AttentionInputs& in, const Array& lse, const Array& dy,
                        const AttentionGrads& grads);

}  // namespace bertlet
