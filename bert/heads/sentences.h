#pragma once
#include "bert/heads/language_model.h"

namespace bertlet::bert {

// Does the second sentence follow the first? Class 0: it does, class 1: it is from elsewhere.
struct NextSentence {
  Model bert;
  Linear seq_relationship;

  explicit NextSentence(const Config& config) : bert(config), seq_relationship(config.hidden_size, 2) {}
  Tensor logits(const Encoded& encoded) const { return seq_relationship(encoded.pooler_output); }  // [B, 2]
  Tensor loss(const Encoded& encoded, const std::vector<int64_t>& labels) const;                   // labels [B]

  void visit(auto&& f) {
    f("bert", bert);
    f("cls.seq_relationship", seq_relationship);
  }
};

// What BERT was pre-trained for: masked words and next sentences, whose losses are added.
struct PreTraining {
  Model bert;
  Predictions predictions;
  Linear seq_relationship;

  struct Labels {
    std::vector<int64_t> words;  // [B, T], −100 where none is asked for
    std::vector<int64_t> next;   // [B]
  };

  explicit PreTraining(const Config& config);
  Tensor prediction_logits(const Encoded& encoded) const { return predictions(encoded.last_hidden_state); }  // [N, V]
  Tensor seq_relationship_logits(const Encoded& encoded) const { return seq_relationship(encoded.pooler_output); }
  Tensor loss(const Batch& batch, const Encoded& encoded, const Labels& labels) const;

  void visit(auto&& f) {
    f("bert", bert);
    f("cls.predictions", predictions);
    f("cls.seq_relationship", seq_relationship);
  }
};

}  // namespace bertlet::bert
