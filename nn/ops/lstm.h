#pragma once
#include "nn/ops/recurrence.h"

namespace bertlet {

// What an LSTM remembers of each sequence, directions side by side: [B, directions · H]. Empty is zeros.
struct LstmState {
  Tensor hidden, cell;
};

struct LstmResult {
  Tensor output;   // the hidden state at each row, [N, directions · H]
  LstmState last;  // after each sequence's last step; what it began with if it has none
};

//   i, f, o = sigmoid(W x + b + W' h + b')   g = tanh(W x + b + W' h + b')   c <- f c + i g   h <- o tanh(c)
// with W' and b' for weight_hh and bias_hh, the gates' rows in the order i, f, g, o. Two directions if there are two
// sets of weights; the second runs backwards through each sequence.
LstmResult lstm(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
                const LstmState& initial = {});

}  // namespace bertlet
