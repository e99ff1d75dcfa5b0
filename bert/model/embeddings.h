#pragma once
#include <optional>

#include "bert/model/batch.h"
#include "bert/model/config.h"
#include "nn/dense/embedding.h"
#include "nn/norm/layer_norm.h"

namespace bertlet::bert {

// The paper's figure 2: a token is its word, its segment and its position, added up.
struct Embeddings {
  Embedding word_embeddings;                       // [V, H]
  Embedding position_embeddings;                   // [positions, H]; looked up where positions are absolute
  std::optional<Embedding> token_type_embeddings;  // [types, H]; a model without takes no notice of token types
  LayerNorm norm;
  Dropout dropout;
  bool absolute;

  explicit Embeddings(const Config& config);
  Tensor operator()(const Batch& batch, Pass& pass) const;  // [N, H]

  void visit(auto&& f) {
    f("word_embeddings", word_embeddings);
    f("position_embeddings", position_embeddings);
    f("token_type_embeddings", token_type_embeddings);
    f("LayerNorm", norm);
  }
};

}  // namespace bertlet::bert
