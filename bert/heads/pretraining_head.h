#pragma once
#include "bert/heads/next_sentence_head.h"
#include "bert/heads/word_head.h"

namespace bertlet::bert {

// What BERT was pre-trained for: masked words and next sentences, whose losses are added.
struct PreTrainingHead : Head {
  WordHead words;
  NextSentenceHead next;

  struct Losses {
    Tensor words, next;  // empty where nothing is wanted
    Tensor sum() const;
  };

  explicit PreTrainingHead(const Model& bert) : words(bert, WhichWord::here), next(bert.config) {}
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows = {}) const;
  Losses losses(const Scored& scored, const Batch& batch, const Wanted& wanted) const;
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
