#pragma once
#include "nn/attention/plan.h"

namespace bertlet {

// Relative positions in the scores: with e the row of the table for the distance of query i and key j,
// s_ij += q_i · e, and + k_j · e for Relative::key_query. Nothing is done for Relative::none.
void add_distances(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block,
                   const ScoreRoom& room);

// Adds ds_ij e to dq and dk, and ds_ij q_i (and k_j) to the table's gradient. Any of them may be null.
struct DistanceGrads {
  real *dq, *dk, *dtable;
};
void distance_grads(const AttentionPlan& plan, const AttentionInputs& in, const ScoreBlock& block, const real* ds,
                    real* room, const DistanceGrads& to);

}  // namespace bertlet
