#pragma once
#include "nn/ops/embedding.h"

namespace bertlet {

//   Embedding words(30522, 768, {.padding = 0});
//   Tensor y = words({101, 7592, 102});       // [3, 768]
struct Embedding {
  Tensor weight;  // [V, H]
  EmbeddingOptions options;

  Embedding(int64_t count, int64_t size, const EmbeddingOptions& o = {})
      : weight(Tensor::parameter(Array::zeros({count, size}))), options(o) {}

  Tensor operator()(std::vector<int64_t> ids) const { return embedding(weight, std::move(ids), options); }

  void visit(auto&& f) { f("weight", weight); }
};

}  // namespace bertlet
