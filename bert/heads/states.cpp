#include "bert/heads/states.h"

#include <charconv>

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

Tensor LayerMix::operator()(const Encoded& encoded) const {
  const int64_t layers = weights.shape()[0];
  require(std::ssize(encoded.hidden_states) == layers, "layer mix: got {} hidden states, want {}",
          encoded.hidden_states.size(), layers);
  const Tensor shares = softmax(weights);
  Tensor mixed;
  for (int64_t i = 0; i < layers; ++i) {
    const Tensor part = slice(shares, 0, i, i + 1) * encoded.hidden_states[static_cast<std::size_t>(i)];
    mixed = mixed ? mixed + part : part;
  }
  return mixed;
}

States::States(const std::string& layers, const Config& config) {
  if (layers == "last") return;
  if (layers == "mixed") {
    mix.emplace(config);
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
  if (mix) return (*mix)(encoded);
  return layer ? states_after(encoded, *layer) : encoded.last_hidden_state;
}

const Tensor& states_after(const Encoded& encoded, int64_t layer) {
  const int64_t count = std::ssize(encoded.hidden_states);
  require(0 <= layer && layer < count, "hidden states: got layer {}, want 0 to {}", layer, count - 1);
  return encoded.hidden_states[static_cast<std::size_t>(layer)];
}

std::vector<InitRule> mix_values() { return {{"mix.weights", constant(0)}}; }

std::vector<InitRule> recurrent_values() {
  return {{"recurrent.bias_*", constant(0)},
          {"recurrent.weight_ih_*", xavier_uniform()},
          {"recurrent.weight_hh_*", orthogonal()}};
}

}  // namespace bertlet::bert
