#include "bert/heads/sentence_vectors.h"

#include <cmath>

#include "core/ops/arithmetic.h"
#include "core/require.h"
#include "nn/ops/pooling.h"

namespace bertlet::bert {

namespace {

Pooling rows_pooled(SentencePool pool) {
  switch (pool) {
    case SentencePool::max:
      return Pooling::max;
    case SentencePool::mean:
      return Pooling::mean;
    case SentencePool::mean_sqrt:
      return Pooling::mean_sqrt;
    default:
      return Pooling::first;
  }
}

const Tensor& states_after(const Encoded& encoded, int64_t layer) {
  const int64_t count = std::ssize(encoded.hidden_states);
  require(0 <= layer && layer < count, "sentence_vectors: got layer {}, want 0 to {}", layer, count - 1);
  return encoded.hidden_states[static_cast<std::size_t>(layer)];
}

}  // namespace

Tensor sentence_vectors(const Batch& batch, const Encoded& encoded, SentencePool pool, std::optional<int64_t> layer) {
  if (pool == SentencePool::pooler) {
    require(static_cast<bool>(encoded.pooler_output), "sentence_vectors: the model has no pooler, want another pool");
    require(!layer, "sentence_vectors: got layer {} for the pooler, which follows the last", layer.value_or(0));
    return encoded.pooler_output;
  }
  if (pool == SentencePool::first_last) {
    require(!layer, "sentence_vectors: got layer {} for first-last, want none", layer.value_or(0));
    const Tensor both = states_after(encoded, 1) + encoded.last_hidden_state;
    return bertlet::pool(both, batch.spans, Pooling::mean) * Tensor(real(0.5));
  }
  return bertlet::pool(layer ? states_after(encoded, *layer) : encoded.last_hidden_state, batch.spans,
                       rows_pooled(pool));
}

Array normalized(const Array& vectors) {
  Array to = vectors.clone();
  const int64_t rows = vectors.shape()[0], columns = vectors.shape()[1];
  for (int64_t row = 0; row < rows; ++row) {
    real* at = to.data() + row * columns;
    double square = 0;
    for (int64_t i = 0; i < columns; ++i) square += static_cast<double>(at[i]) * static_cast<double>(at[i]);
    const double scale = square == 0 ? 0 : 1 / std::sqrt(square);
    for (int64_t i = 0; i < columns; ++i) at[i] = static_cast<real>(at[i] * scale);
  }
  return to;
}

}  // namespace bertlet::bert
