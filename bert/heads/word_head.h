#pragma once
#include "bert/heads/head.h"
#include "core/ops.h"

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
  std::vector<int64_t> reads(const Batch&, const std::vector<int64_t>& rows) const { return rows; }
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

// Does the second sentence follow the first? Class 0: it does, class 1: it is from elsewhere.
struct NextSentenceHead : Head {
  Linear seq_relationship;

  explicit NextSentenceHead(const Config& config) : seq_relationship(config.hidden_size, 2) {}

  std::vector<int64_t> reads(const Batch& batch, const std::vector<int64_t>&) const { return batch.spans.first_rows(); }
  Scored score(Encoded encoded, const Batch&, Pass&, const std::vector<int64_t>& = {}) const {
    const Tensor scores = seq_relationship(encoded.pooler_output);  // [B, 2]
    return {.encoded = std::move(encoded), .scores = scores, .next = scores};
  }

  // Hugging Face calls its labels "labels" too; "next_sentence_label" is what the pre-training head calls them.
  Tensor loss(const Scored& scored, const Batch&, const Wanted& wanted) const {
    return cross_entropy(scored.next, wanted.labels.empty() ? wanted.next : wanted.labels);
  }
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty() || !wanted.next.empty(); }

  void visit(auto&& f) { f("cls.seq_relationship", seq_relationship); }
};

// What BERT was pre-trained for: masked words and next sentences, whose losses are added.
struct PreTrainingHead : Head {
  WordHead words;
  NextSentenceHead next;

  struct Losses {
    Tensor words, next;  // empty where nothing is wanted
    Tensor sum() const { return words && next ? words + next : words ? words : next; }
  };

  explicit PreTrainingHead(const Model& bert) : words(bert, WhichWord::here), next(bert.config) {}

  Scored score(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows = {}) const {
    Scored to = words.score(std::move(encoded), batch, pass, std::move(rows));
    to.next = next.seq_relationship(to.encoded.pooler_output);
    return to;
  }
  Losses losses(const Scored& scored, const Batch& batch, const Wanted& wanted) const {
    return {wanted.labels.empty() ? Tensor() : words.loss(scored, batch, wanted),
            wanted.next.empty() ? Tensor() : cross_entropy(scored.next, wanted.next)};
  }
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const {
    return losses(scored, batch, wanted).sum();
  }

  bool labels_rows() const { return true; }
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty() && !wanted.next.empty(); }
  std::vector<NamedScores> named(const Scored& scored) const {
    return {{"prediction_logits", scored.scores, true}, {"seq_relationship_logits", scored.next, false}};
  }
  std::vector<int64_t> reads(const Batch&, const std::vector<int64_t>& rows) const { return rows; }  // and the pooler's
  std::vector<int64_t> rows_of(const Batch& batch, const Wanted& wanted) const { return words.rows_of(batch, wanted); }

  void visit(auto&& f) {
    words.visit(f);
    next.visit(f);
  }
};

//   PreTraining model(config);
//   const Scored scored = model.score(batch, pass, {}, model.rows_of(batch, wanted));
//   backward(model.loss(scored, batch, wanted));
struct PreTraining : EncoderWith<PreTrainingHead> {
  explicit PreTraining(const Config& config) : PreTraining(Model(config)) {}
  explicit PreTraining(const Model& bert) : EncoderWith(bert, PreTrainingHead(bert)) {}
};

}  // namespace bertlet::bert
