#pragma once
#include "bert/heads/head.h"
#include "bert/heads/sentence_vectors.h"

// Two texts, each encoded by itself into a vector, u[B, H] and v[B, H].
namespace bertlet::bert {

// Classes of pairs from (u, v, |u − v|): entailment, contradiction, …
struct PairClassifier {
  Linear classifier;

  PairClassifier(int64_t hidden_size, int64_t labels) : classifier(3 * hidden_size, labels) {}
  Tensor operator()(const Tensor& u, const Tensor& v) const;  // [B, labels]

  void visit(auto&& f) { f("classifier", classifier); }
};

// Of all v the i-th belongs to u's i-th, and the others, rows of v beyond u's too, are wrong answers to it:
// cross-entropy over the cosines of u's row and all of v, times `scale`.
struct RankingOptions {
  real scale = 20;
};
Tensor ranking_scores(const Tensor& u, const Tensor& v, const RankingOptions& options = {});  // [B, rows of v]
Tensor ranking_loss(const Tensor& u, const Tensor& v, const RankingOptions& options = {});

// Each group of a batch is a pair. The scores are those of its classes, [groups, labels], or its cosine, [groups], from
// which nothing but the encoder learns.
struct PairHead : Head {
  SentenceVectors vectors;
  Objective objective;
  std::optional<PairClassifier> pairs = {};
  CrossEntropyOptions loss_options;

  PairHead(const Config& config, const std::string& pool, Objective objective, const LossOptions& loss = {});
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool wants_hidden_states() const { return vectors.wants_hidden_states(); }
  bool has_loss(const Wanted& wanted) const;

  void visit(auto&& f) {
    vectors.visit(f);
    if (pairs) pairs->visit(f);
  }
};

}  // namespace bertlet::bert
