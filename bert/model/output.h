#pragma once
#include "bert/model/config.h"
#include "nn/layer_norm.h"
#include "nn/linear.h"

namespace bertlet::bert {

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
