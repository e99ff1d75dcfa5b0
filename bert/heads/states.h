#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// A mean of the embeddings and all layers with learned shares, at first the same: Σ softmax(weights)_i states_i.
struct LayerMix {
  Tensor weights;  // [L + 1]

  explicit LayerMix(const Config& config)
      : weights(Tensor::parameter(Array::filled({config.num_hidden_layers + 1}, 0))) {}
  Tensor operator()(const Encoded& encoded) const;  // [N, H]

  void visit(auto&& f) { f("weights", weights); }
};

// The hidden states that a head looks at: "last", "mixed", or the number of a layer, 0 being the embeddings.
struct States {
  std::optional<int64_t> layer = {};
  std::optional<LayerMix> mix = {};

  States(const std::string& layers, const Config& config);
  Tensor operator()(const Encoded& encoded) const;  // [N, H]
  bool wants_hidden_states() const { return layer || mix; }

  void visit(auto&& f) { f("mix", mix); }
};

// Those after a layer, which must have been asked for.
const Tensor& states_after(const Encoded& encoded, int64_t layer);

// First values of layers that hardly learn from small random numbers, as is usual for them.
std::vector<InitRule> mix_values();
std::vector<InitRule> recurrent_values();

}  // namespace bertlet::bert
