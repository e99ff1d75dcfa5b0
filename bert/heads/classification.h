#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// What is this sequence? Classes that exclude each other, several at once, or numbers: config.problem_type.
struct SequenceClassification {
  Model bert;
  Dropout dropout;
  Linear classifier;

  explicit SequenceClassification(const Config& config);
  Tensor logits(const Encoded& encoded, Pass& pass) const;                                     // [B, labels]
  Tensor loss(const Encoded& encoded, const std::vector<int64_t>& classes, Pass& pass) const;  // [B]
  Tensor loss(const Encoded& encoded, const Array& values, Pass& pass) const;                  // [B, labels] or [B]

  void visit(auto&& f) {
    f("bert", bert);
    f("classifier", classifier);
  }
};

// Which of several endings is right? The batch holds the choices of an example one after another, B C sequences.
struct MultipleChoice {
  Model bert;
  Dropout dropout;
  Linear classifier;

  explicit MultipleChoice(const Config& config);
  Tensor logits(const Encoded& encoded, int64_t choices, Pass& pass) const;  // [B, C]
  Tensor loss(const Encoded& encoded, int64_t choices, const std::vector<int64_t>& labels, Pass& pass) const;

  void visit(auto&& f) {
    f("bert", bert);
    f("classifier", classifier);
  }
};

// What is each token? Tokens labelled −100 do not count.
struct TokenClassification {
  Model bert;
  Dropout dropout;
  Linear classifier;

  explicit TokenClassification(const Config& config);
  Tensor logits(const Encoded& encoded, Pass& pass) const;  // [N, labels]
  Tensor loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& labels, Pass& pass) const;

  void visit(auto&& f) {
    f("bert", bert);
    f("classifier", classifier);
  }
};

}  // namespace bertlet::bert
