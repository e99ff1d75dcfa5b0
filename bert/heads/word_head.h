#pragma once
#include "bert/heads/head.h"

namespace bertlet::bert {

// Scores for every word of the vocabulary: a dense layer and a norm, then a product with the word embeddings, which the
// decoder shares, plus a bias of its own. [N, H] → [N, V].
struct Predictions {
  Tensor bias;  // [V]
  Linear dense;
  LayerNorm norm;
  Tensor decoder;  // [V, H]
  Activation activation;

  explicit Predictions(const Model& bert);
  Tensor operator()(const Tensor& x) const;

  void visit(auto&& f) {
    f("bias", bias);
    f("transform.dense", dense);
    f("transform.LayerNorm", norm);
    f("decoder.weight", decoder);
  }
};

// Which word stands here, or which one comes next? The labels are the words, one for each row; of the next word the
// label of a row is that of the row behind it in its sequence.
enum class WhichWord { here, next };

struct WordHead : Head {
  Predictions predictions;
  WhichWord which;

  WordHead(const Model& bert, WhichWord w) : predictions(bert), which(w) {}
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool labels_rows() const { return true; }
  std::vector<NamedScores> named(const Scored& scored) const { return {{"logits", scored.scores, true}}; }

  // Decoding is what costs: those with a label are enough for the loss.
  std::vector<int64_t> rows_of(const Batch& batch, const Wanted& wanted) const;

  void visit(auto&& f) { f("cls.predictions", predictions); }

 private:
  std::vector<int64_t> words_of(const Batch& batch, const Wanted& wanted) const;  // [N]
};

struct MaskedLM : EncoderWith<WordHead> {
  explicit MaskedLM(const Config& config) : MaskedLM(Model(config, WithPooler::no)) {}
  explicit MaskedLM(const Model& bert) : EncoderWith(bert, WordHead(bert, WhichWord::here)) {}
};

struct CausalLM : EncoderWith<WordHead> {
  explicit CausalLM(const Config& config) : CausalLM(Model(config, WithPooler::no)) {}
  explicit CausalLM(const Model& bert) : EncoderWith(bert, WordHead(bert, WhichWord::next)) {}
};

}  // namespace bertlet::bert
