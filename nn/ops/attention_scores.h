#pragma once
#include "core/product.h"
#include "nn/ops/attention_plan.h"

namespace bertlet {

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

}  // namespace bertlet
