#pragma once
#include "nn/ops/gru.h"
#include "nn/ops/lstm.h"

namespace bertlet {

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
