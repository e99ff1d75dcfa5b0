#include "bert/heads/question_answering.h"

#include <algorithm>
#include <limits>

#include "core/ops/arithmetic.h"
#include "core/ops/rows.h"
#include "core/ops/select.h"
#include "core/ops/shaping.h"
#include "core/require.h"
#include "nn/ops/cross_entropy.h"

namespace bertlet::bert {

namespace {

// The caller's [B, T]: 1 where there is no token.
Array absent(const Batch& batch) {
  Array to = Array::filled({batch.sequences(), batch.length}, 1);
  for (std::size_t row = 0; row < batch.places.size(); ++row)
    if (batch.counts[row]) to[batch.places[row]] = 0;
  return to;
}

std::vector<int64_t> columns(const std::vector<int64_t>& positions, const Array& absent) {
  const int64_t sequences = absent.shape()[0], length = absent.shape()[1];
  require(static_cast<int64_t>(positions.size()) == sequences, "question answering: got {} positions, want {}",
          positions.size(), sequences);
  std::vector<int64_t> to;
  for (int64_t b = 0; b < sequences; ++b) {
    const int64_t column = std::max<int64_t>(0, positions[static_cast<std::size_t>(b)]);
    to.push_back(column < length && absent[b * length + column] == 0 ? column : no_label);
  }
  return to;
}

// Cross-entropy over each sequence's tokens, of scores [N].
Tensor loss_of(const Batch& batch, const Tensor& scores, const Array& absent, const std::vector<int64_t>& positions) {
  const int64_t tokens = absent.size();
  const Tensor all = scatter_rows(reshape(scores, {batch.rows(), 1}), batch.places, tokens);
  const Tensor open = masked(reshape(all, absent.shape()), absent, -std::numeric_limits<real>::infinity());  // [B, T]
  return cross_entropy(open, columns(positions, absent));
}

}  // namespace

QuestionAnswering::QuestionAnswering(const Config& config)
    : bert(config, WithPooler::no), qa_outputs(config.hidden_size, 2) {}

QuestionAnswering::Logits QuestionAnswering::logits(const Encoded& encoded) const {
  const Tensor scores = qa_outputs(encoded.last_hidden_state);  // [N, 2]
  const int64_t rows = scores.shape()[0];
  return {reshape(slice(scores, 1, 0, 1), {rows}), reshape(slice(scores, 1, 1, 2), {rows})};
}

Tensor QuestionAnswering::loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& start_positions,
                               const std::vector<int64_t>& end_positions) const {
  const Logits scores = logits(encoded);
  const Array missing = absent(batch);
  const Tensor both =
      loss_of(batch, scores.start, missing, start_positions) + loss_of(batch, scores.end, missing, end_positions);
  return both * Tensor(real(0.5));
}

}  // namespace bertlet::bert
