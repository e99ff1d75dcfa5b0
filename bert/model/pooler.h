#pragma once
#include "bert/model/config.h"
#include "nn/linear.h"
#include "nn/ops/pooling.h"

namespace bertlet::bert {

// A sequence as one row: its first row, [CLS], through a dense layer. [N, H] → [B, H].
struct Pooler {
  Linear dense;
  Activation activation;

  explicit Pooler(const Config& config)
      : dense(config.hidden_size, config.hidden_size), activation(config.pooler_activation()) {}

  Tensor operator()(const Tensor& x, const Spans& spans) const {
    return dense(pool(x, spans, Pooling::first), activation);
  }

  void visit(auto&& f) { f("dense", dense); }
};

}  // namespace bertlet::bert
