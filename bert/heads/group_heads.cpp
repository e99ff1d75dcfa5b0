#include "bert/heads/group_heads.h"

#include <numeric>

#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::bert {

namespace {

Tensor absolute(const Tensor& x) { return relu(x) + relu(-x); }

// Rows of length 1. The smallest number keeps the root's slope finite at a row of zeros.
Tensor of_length_1(const Tensor& x) {
  const Tensor squares = sum(x * x, -1, Keep::yes) + Tensor(std::numeric_limits<real>::min());
  return x / sqrt(squares);
}

}  // namespace

Scored ChoiceHead::score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>&) const {
  const bool alone = batch.groups.count() == 0;
  const int64_t examples = alone ? batch.sequences() : batch.groups.count();
  const int64_t choices = alone ? 1 : batch.groups.longest();
  require(batch.sequences() == examples * choices, "multiple choice: got {} sequences for {} examples of {} choices",
          batch.sequences(), examples, choices);
  const Tensor scores = classifier(dropout(encoded.pooler_output, pass));
  return {.encoded = std::move(encoded), .scores = reshape(scores, {examples, choices})};
}

Tensor ChoiceHead::loss(const Scored& scored, const Batch&, const Wanted& wanted) const {
  return cross_entropy(scored.scores, wanted.labels, wanted.over_classes);
}

Tensor PairClassifier::operator()(const Tensor& u, const Tensor& v) const {
  require(u.shape() == v.shape(), "pair classifier: got {} and {}, want equal shapes", u.shape(), v.shape());
  return classifier(concat({u, v, absolute(u - v)}, 1));
}

Tensor ranking_scores(const Tensor& u, const Tensor& v, real scale) {
  require(v.shape()[0] >= u.shape()[0], "ranking: got {} and {}, want an answer for each row", u.shape(), v.shape());
  require(scale > 0, "ranking: got a scale of {}, want more than 0", scale);
  return matmul(of_length_1(u), of_length_1(v), {.transpose_b = true}) * Tensor(scale);
}

Tensor ranking_loss(const Tensor& u, const Tensor& v, real scale) {
  std::vector<int64_t> own(to_size(u.shape()[0]));
  std::iota(own.begin(), own.end(), 0);
  return cross_entropy(ranking_scores(u, v, scale), own);
}

PairHead::PairHead(const Config& config, const std::string& pool, Objective o)
    : vectors(pool, "last", config), objective(o) {
  if (objective == Objective::classes) pairs.emplace(config.hidden_size, config.num_labels());
}

Scored PairHead::score(Encoded encoded, const Batch& batch, Pass&, const std::vector<int64_t>&) const {
  const Tensor each = vectors(batch, encoded);  // [sequences, H]
  std::vector<int64_t> first, second;
  for (int64_t i = 0; i < batch.groups.count(); ++i) {
    require(batch.groups.length(i) == 2, "pair head: got a group of {} texts, want two", batch.groups.length(i));
    first.push_back(batch.groups.begin(i));
    second.push_back(batch.groups.begin(i) + 1);
  }
  require(!first.empty(), "pair head: got no groups, want pairs");
  const Tensor u = gather_rows(each, first), v = gather_rows(each, second);
  return {.encoded = std::move(encoded),
          .scores = pairs ? (*pairs)(u, v) : cosine_similarity(u, v),
          .vectors = concat({u, v}, 0)};
}

Tensor PairHead::loss(const Scored& scored, const Batch&, const Wanted& wanted) const {
  if (objective == Objective::classes) return cross_entropy(scored.scores, wanted.labels, wanted.over_classes);
  if (objective == Objective::cosine) return mse(scored.scores, wanted.values.shaped(scored.scores.shape()));
  const int64_t count = scored.scores.shape()[0];
  return ranking_loss(slice(scored.vectors, 0, 0, count), slice(scored.vectors, 0, count, 2 * count));
}

bool PairHead::has_loss(const Wanted& wanted) const {
  if (objective == Objective::classes) return !wanted.labels.empty();
  return objective == Objective::ranking || wanted.values;
}

}  // namespace bertlet::bert
