#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// Scores for every word of the vocabulary: a dense layer and a norm, then a product with the word embeddings, which the
// decoder shares, plus a bias of its own. [N, H] → [N, V].
struct Predictions {
  Tensor bias;  // [V]
  Linear dense;
  LayerNorm norm;
  Tensor decoder;  // [V, H]
  Activation activation;

  Predictions(const Config& config, const Tensor& word_embeddings);
  Tensor operator()(const Tensor& x) const;

  // Cross-entropy with one label for each row, −100 for none. Only rows with a label are decoded.
  Tensor loss(const Tensor& x, const std::vector<int64_t>& labels) const;

  void visit(auto&& f) {
    f("bias", bias);
    f("transform.dense", dense);
    f("transform.LayerNorm", norm);
    f("decoder.weight", decoder);
  }
};

// Which word stands at a masked place?
struct MaskedLM {
  Model bert;
  Predictions predictions;

  explicit MaskedLM(const Config& config);
  Tensor logits(const Encoded& encoded) const;                                                        // [N, V]
  Tensor loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& labels) const;  // labels [B, T]

  void visit(auto&& f) {
    f("bert", bert);
    f("cls.predictions", predictions);
  }
};

// Which word comes next? The label of a row is that of the token after it.
struct CausalLM {
  Model bert;
  Predictions predictions;

  explicit CausalLM(const Config& config);
  Tensor logits(const Encoded& encoded) const;                                                        // [N, V]
  Tensor loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& labels) const;  // labels [B, T]

  void visit(auto&& f) {
    f("bert", bert);
    f("cls.predictions", predictions);
  }
};

}  // namespace bertlet::bert
