#pragma once
#include "nn/ops/recurrence.h"

namespace bertlet {

struct GruResult {
  Tensor output;  // the hidden state at each row, [N, directions · H]
  Tensor last;    // after each sequence's last step, [B, directions · H]; what it began with if it has none
};

//   r, z = sigmoid(W x + b + W' h + b')   n = tanh(W x + b + r (W' h + b'))   h <- (1 − z) n + z h
// with W' and b' for weight_hh and bias_hh, the gates' rows in the order r, z, n. Two directions if there are two sets
// of weights; the second runs backwards through each sequence. An empty `initial` is zeros.
GruResult gru(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
              const Tensor& initial = {});

}  // namespace bertlet
