#pragma once
#include "bert/model/config.h"
#include "nn/linear.h"

namespace bertlet::bert {

// Each row by itself through a wide hidden layer: [N, H] → [N, F].
struct Intermediate {
  Linear dense;
  Activation activation;

  explicit Intermediate(const Config& config)
      : dense(config.hidden_size, config.intermediate_size), activation(config.activation()) {}

  Tensor operator()(const Tensor& x) const { return dense(x, activation); }

  void visit(auto&& f) { f("dense", dense); }
};

}  // namespace bertlet::bert
