#pragma once
#include "bert/heads/head.h"
#include "bert/heads/states.h"

// Heads for sequences that belong together: endings to choose from, and pairs of texts, each of which is encoded by
// itself into a vector, u[B, H] and v[B, H].
namespace bertlet::bert {

// Which of several endings is right? Each group of the batch is the endings of an example, of all equally many.
struct ChoiceHead : Head {
  Dropout dropout;
  Linear classifier;

  explicit ChoiceHead(const Config& config) : dropout{config.classifier_rate()}, classifier(config.hidden_size, 1) {}
  std::vector<int64_t> reads(const Batch& batch, const std::vector<int64_t>&) const { return batch.spans.first_rows(); }
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  void visit(auto&& f) { f("classifier", classifier); }
};

// Classes of pairs from (u, v, |u − v|): entailment, contradiction, …
struct PairClassifier {
  Linear classifier;

  PairClassifier(int64_t hidden_size, int64_t labels) : classifier(3 * hidden_size, labels) {}
  Tensor operator()(const Tensor& u, const Tensor& v) const;  // [B, labels]

  void visit(auto&& f) { f("classifier", classifier); }
};

// Of all v the i-th belongs to u's i-th, and the others, rows of v beyond u's too, are wrong answers to it:
// cross-entropy over the cosines of u's row and all of v, times `scale`.
Tensor ranking_scores(const Tensor& u, const Tensor& v, real scale = 20);  // [B, rows of v]
Tensor ranking_loss(const Tensor& u, const Tensor& v, real scale = 20);

// Each group of a batch is a pair. The scores are those of its classes, [groups, labels], or its cosine, [groups], from
// which nothing but the encoder learns.
struct PairHead : Head {
  SentenceVectors vectors;
  Objective objective;
  std::optional<PairClassifier> pairs = {};

  PairHead(const Config& config, const std::string& pool, Objective objective);
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool wants_hidden_states() const { return vectors.wants_hidden_states(); }
  std::vector<int64_t> reads(const Batch& batch, const std::vector<int64_t>&) const { return vectors.reads(batch); }
  bool has_loss(const Wanted& wanted) const;

  void visit(auto&& f) {
    vectors.visit(f);
    if (pairs) pairs->visit(f);
  }
};

}  // namespace bertlet::bert
