#include "bert/heads/states.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

Tensor mixed(const Encoded& encoded, const Tensor& weights) {
  const int64_t layers = weights.shape()[0];
  require(std::ssize(encoded.hidden_states) == layers, "layer mix: got {} hidden states, want {}",
          encoded.hidden_states.size(), layers);
  const Tensor shares = softmax(weights);
  Tensor sum;
  for (int64_t i = 0; i < layers; ++i) {
    const Tensor part = slice(shares, 0, i, i + 1) * encoded.hidden_states[to_size(i)];
    sum = sum ? sum + part : part;
  }
  return sum;
}

Pooling rows_pooled(SentencePool pool) {
  if (pool == SentencePool::max) return Pooling::max;
  if (pool == SentencePool::mean_sqrt) return Pooling::mean_sqrt;
  return pool == SentencePool::mean ? Pooling::mean : Pooling::first;
}

}  // namespace

States::States(const std::string& layers, const Config& config) {
  if (layers == "last") return;
  if (layers == "mixed") {
    mix = Tensor::parameter(Array::filled({config.num_hidden_layers + 1}, 0));
    return;
  }
  int64_t number = -1;
  const auto [end, error] = std::from_chars(layers.data(), layers.data() + layers.size(), number);
  const bool whole = error == std::errc() && end == layers.data() + layers.size();
  require(whole && number >= 0 && number <= config.num_hidden_layers,
          "layers of a head: got '{}', want last, mixed, or a number from 0 to {}", layers, config.num_hidden_layers);
  layer = number;
}

Tensor States::operator()(const Encoded& encoded) const {
  return mix ? mixed(encoded, mix) : states_after(encoded, layer);
}

const Tensor& states_after(const Encoded& encoded, std::optional<int64_t> layer) {
  if (!layer) return encoded.last_hidden_state;
  const int64_t count = std::ssize(encoded.hidden_states);
  require(0 <= *layer && *layer < count, "sentence_vectors: got layer {}, want 0 to {}", *layer, count - 1);
  return encoded.hidden_states[to_size(*layer)];
}

Recurrent::Recurrent(const std::string& kind, int64_t in, int64_t width)
    : layer(kind == "lstm" ? decltype(layer)(LSTM(in, width, Directions::two)) : GRU(in, width, Directions::two)) {}

Recurrent::Read Recurrent::operator()(const Tensor& x, const Spans& spans) const {
  if (const auto* gru = std::get_if<GRU>(&layer)) {
    const GruResult read = (*gru)(x, spans);
    return {read.output, read.last};
  }
  const LstmResult read = std::get<LSTM>(layer)(x, spans);
  return {read.output, read.last.hidden};
}

std::vector<InitRule> first_values() {
  return {{"mix.weights", constant(0)},
          {"recurrent.bias_*", constant(0)},
          {"recurrent.weight_ih_*", xavier_uniform()},
          {"recurrent.weight_hh_*", orthogonal()}};
}

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

std::vector<int64_t> rows_read(SentencePool pool, const Batch& batch) {
  const bool first = pool == SentencePool::cls || pool == SentencePool::pooler;
  return first ? batch.spans.first_rows() : std::vector<int64_t>();
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

std::vector<int64_t> SentenceVectors::reads(const Batch& batch) const {
  return attention ? std::vector<int64_t>() : rows_read(pool, batch);
}

bool SentenceVectors::wants_hidden_states() const {
  return states.wants_hidden_states() || (!attention && pool == SentencePool::first_last);
}

}  // namespace bertlet::bert
