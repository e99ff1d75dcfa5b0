#include "bert/heads/pairs.h"

#include <numeric>

#include "core/ops/arithmetic.h"
#include "core/ops/functions.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "core/ops/shaping.h"
#include "core/require.h"
#include "nn/ops/cross_entropy.h"
#include "nn/ops/losses.h"

namespace bertlet::bert {

namespace {

Tensor absolute(const Tensor& x) { return relu(x) + relu(-x); }

// Rows of length 1. The smallest number keeps the root's slope finite at a row of zeros.
Tensor of_length_1(const Tensor& x) {
  const Tensor squares = sum(x * x, -1, Keep::yes) + Tensor(std::numeric_limits<real>::min());
  return x / sqrt(squares);
}

}  // namespace

Tensor PairSoftmax::logits(const Tensor& u, const Tensor& v) const {
  require(u.shape() == v.shape(), "pair softmax: got {} and {}, want equal shapes", u.shape(), v.shape());
  return classifier(concat({u, v, absolute(u - v)}, 1));
}

Tensor PairSoftmax::loss(const Tensor& u, const Tensor& v, const std::vector<int64_t>& labels) const {
  return cross_entropy(logits(u, v), labels);
}

Tensor cosine_loss(const Tensor& u, const Tensor& v, const Array& wanted) {
  return mse(cosine_similarity(u, v), wanted);
}

Tensor ranking_scores(const Tensor& u, const Tensor& v, const RankingOptions& options) {
  require(v.shape()[0] >= u.shape()[0], "ranking: got {} and {}, want an answer for each row", u.shape(), v.shape());
  require(options.scale > 0, "ranking: got a scale of {}, want more than 0", options.scale);
  return matmul(of_length_1(u), of_length_1(v), {.transpose_b = true}) * Tensor(options.scale);
}

Tensor ranking_loss(const Tensor& u, const Tensor& v, const RankingOptions& options) {
  std::vector<int64_t> own(static_cast<std::size_t>(u.shape()[0]));
  std::iota(own.begin(), own.end(), 0);
  return cross_entropy(ranking_scores(u, v, options), own);
}

}  // namespace bertlet::bert
