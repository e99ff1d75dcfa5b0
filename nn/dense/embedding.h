#pragma once
#include <optional>
#include <vector>

#include "core/autograd.h"

namespace bertlet {

struct EmbeddingOptions {
  std::optional<int64_t> padding = {};  // the id whose row gets no gradient
};

// Row ids[i] of table[V, H] becomes row i. The gradient adds up the rows where they came from; where a decoder that
// shares the table has written its own first, not even zeros are filled in.
Tensor embedding(const Tensor& table, std::vector<int64_t> ids, const EmbeddingOptions& options = {});

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
