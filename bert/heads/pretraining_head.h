#pragma once
#include "bert/heads/word_head.h"
#include "core/ops.h"

namespace bertlet::bert {

// Does the second sentence follow the first? Class 0: it does, class 1: it is from elsewhere.
struct NextSentenceHead : Head {
  Linear seq_relationship;

  explicit NextSentenceHead(const Config& config) : seq_relationship(config.hidden_size, 2) {}

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
