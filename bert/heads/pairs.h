#pragma once
#include "nn/linear.h"

// Two texts, each encoded by itself into a vector, u[B, H] and v[B, H] (sentence_vectors.h).
namespace bertlet::bert {

// Classes of pairs from (u, v, |u − v|): entailment, contradiction, …
struct PairSoftmax {
  Linear classifier;

  PairSoftmax(int64_t hidden_size, int64_t labels) : classifier(3 * hidden_size, labels) {}
  Tensor logits(const Tensor& u, const Tensor& v) const;  // [B, labels]
  Tensor loss(const Tensor& u, const Tensor& v, const std::vector<int64_t>& labels) const;

  void visit(auto&& f) { f("classifier", classifier); }
};

// The squared error of the cosine between u and v, which nothing but the encoder learns from.
Tensor cosine_loss(const Tensor& u, const Tensor& v, const Array& wanted);  // [B], between −1 and 1

// Of all v the i-th belongs to u's i-th, and the others, rows of v beyond u's too, are wrong answers to it:
// cross-entropy over the cosines of u's row and all of v, times `scale`.
struct RankingOptions {
  real scale = 20;
};
Tensor ranking_scores(const Tensor& u, const Tensor& v, const RankingOptions& options = {});  // [B, rows of v]
Tensor ranking_loss(const Tensor& u, const Tensor& v, const RankingOptions& options = {});

}  // namespace bertlet::bert
