#pragma once
#include "nn/ops/attention_scores.h"

namespace bertlet {

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
