#pragma once
#include "nn/recurrent/recurrence.h"

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

struct GruResult {
  Tensor output;  // the hidden state at each row, [N, directions · H]
  Tensor last;    // after each sequence's last step, [B, directions · H]; what it began with if it has none
};

//   r, z = sigmoid(W x + b + W' h + b')   n = tanh(W x + b + r (W' h + b'))   h <- (1 − z) n + z h
// with W' and b' for weight_hh and bias_hh, the gates' rows in the order r, z, n. Two directions if there are two sets
// of weights; the second runs backwards through each sequence. An empty `initial` is zeros.
GruResult gru(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
              const Tensor& initial = {});

enum class Directions { one = 1, two = 2 };

// The weights of a recurrent layer under the names that PyTorch gives them.
struct RecurrentLayer {
  std::vector<RecurrentWeights> weights;  // of one direction or two

  RecurrentLayer(int64_t gates, int64_t in, int64_t hidden, Directions directions) {
    const auto zeros = [](const Shape& shape) { return Tensor::parameter(Array::filled(shape, 0)); };
    for (int i = 0; i < static_cast<int>(directions); ++i)
      weights.push_back({zeros({gates * hidden, in}), zeros({gates * hidden, hidden}), zeros({gates * hidden}),
                         zeros({gates * hidden})});
  }

  void visit(auto&& f) {
    f("weight_ih_l0", weights[0].weight_ih);
    f("weight_hh_l0", weights[0].weight_hh);
    f("bias_ih_l0", weights[0].bias_ih);
    f("bias_hh_l0", weights[0].bias_hh);
    if (weights.size() == 1) return;
    f("weight_ih_l0_reverse", weights[1].weight_ih);
    f("weight_hh_l0_reverse", weights[1].weight_hh);
    f("bias_ih_l0_reverse", weights[1].bias_ih);
    f("bias_hh_l0_reverse", weights[1].bias_hh);
  }
};

//   LSTM reader(768, 384, Directions::two);
//   Tensor y = reader(x, spans).output;        // x[N, 768] → [N, 768]
struct LSTM : RecurrentLayer {
  LSTM(int64_t in, int64_t hidden, Directions directions = Directions::one)
      : RecurrentLayer(4, in, hidden, directions) {}

  LstmResult operator()(const Tensor& x, const Spans& spans, const LstmState& initial = {}) const {
    return lstm(x, spans, weights, initial);
  }
};

struct GRU : RecurrentLayer {
  GRU(int64_t in, int64_t hidden, Directions directions = Directions::one)
      : RecurrentLayer(3, in, hidden, directions) {}

  GruResult operator()(const Tensor& x, const Spans& spans, const Tensor& initial = {}) const {
    return gru(x, spans, weights, initial);
  }
};

}  // namespace bertlet
