#include "bert/heads/states.h"

#include <charconv>

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

}  // namespace bertlet::bert
