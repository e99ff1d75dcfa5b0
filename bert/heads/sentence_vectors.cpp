#include "bert/heads/sentence_vectors.h"

#include <algorithm>
#include <cmath>

#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

Pooling rows_pooled(SentencePool pool) {
  if (pool == SentencePool::max) return Pooling::max;
  if (pool == SentencePool::mean_sqrt) return Pooling::mean_sqrt;
  return pool == SentencePool::mean ? Pooling::mean : Pooling::first;
}

}  // namespace

const std::vector<std::string>& sentence_pool_names() {
  static const std::vector<std::string> names = {"cls", "pooler", "mean", "max", "mean-sqrt", "first-last"};
  return names;
}

SentencePool sentence_pool(const std::string& name) {
  const std::vector<std::string>& names = sentence_pool_names();
  const auto found = std::ranges::find(names, name);
  require(found != names.end(), "sentence_pool: got '{}', want one of: {}", name, joined(names, " "));
  return static_cast<SentencePool>(found - names.begin());
}

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
  return bertlet::pool(states_after(encoded, layer), batch.spans, rows_pooled(pool));
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

SentenceVectors::SentenceVectors(const std::string& name, const std::string& layers, const Config& config,
                                 std::optional<int64_t> width)
    : states(layers, config) {
  if (name == learned_pool)
    attention.emplace(width.value_or(config.hidden_size));
  else
    pool = sentence_pool(name);
  require(!states.wants_hidden_states() || (pool != SentencePool::pooler && pool != SentencePool::first_last),
          "sentence vectors: got layers '{}' for {}, want last, as it chooses its own", layers, name);
}

Tensor SentenceVectors::operator()(const Batch& batch, const Encoded& encoded) const {
  if (attention) return (*attention)(states(encoded), batch.spans);
  if (!states.wants_hidden_states()) return sentence_vectors(batch, encoded, pool);
  return sentence_vectors(batch, {.last_hidden_state = states(encoded)}, pool);
}

bool SentenceVectors::wants_hidden_states() const {
  return states.wants_hidden_states() || (!attention && pool == SentencePool::first_last);
}

}  // namespace bertlet::bert
