#pragma once
#include "bert/model/config.h"
#include "nn/dense/linear.h"
#include "nn/norm/layer_norm.h"

// The upper half of a layer: every row by itself through a wide hidden layer, in two steps under Hugging Face's names.
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

// Back to the model's width, added to what went into the wide layer and normed: [N, F] → [N, H].
struct Output {
  Linear dense;
  LayerNorm norm;
  Dropout dropout;

  explicit Output(const Config& config)
      : dense(config.intermediate_size, config.hidden_size),
        norm(config.hidden_size, static_cast<real>(config.layer_norm_eps)),
        dropout{static_cast<real>(config.hidden_dropout_prob)} {}

  Tensor operator()(const Tensor& wide, const Tensor& x, Pass& pass) const {
    return norm(dense(wide), x, dropout, pass);
  }

  void visit(auto&& f) {
    f("dense", dense);
    f("LayerNorm", norm);
  }
};

}  // namespace bertlet::bert
