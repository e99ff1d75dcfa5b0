#pragma once
#include "bert/model/model.h"

// What a model's attention does with one text, in numbers: for pictures (bert/view/attention) and for study.
//
//   const AttentionMaps maps = attention_maps(model, {.ids = {101, 7592, 102}});
//   maps.layers[0].probabilities    // [A, T, T]
namespace bertlet::inside {

// A heads, T tokens, D columns of a head.
struct LayerMaps {
  std::vector<int64_t> heads;  // their numbers; some may be pruned
  Array query, key, value;     // [A, T, D]
  Array scores;                // [A, T, T]  q · k / √D, with relative positions; −∞ hides
  Array probabilities;         // [A, T, T]  α = softmax(scores): row i says where token i looks
  Array context;               // [A, T, D]  α v

  // What a token hands on to whoever looks at it, as the layer's output has it: f(x) = (x W_V + b_V) W_O, of the head's
  // part of W_O. A token that is looked at hard may hand on little (Kobayashi et al. 2020, arXiv 2004.10102).
  Array norms;     // [A, T]  ‖f(x)‖, so that ‖α f(x)‖ is α times that
  Array together;  // [T, T]  ‖Σ α f(x)‖ over heads
};

struct AttentionMaps {
  std::vector<LayerMaps> layers;
  Tensor states = {};      // [T, H], of the last layer: for a head that stands on them
  bool distances = false;  // whether scores have a part besides q · k, for relative positions

  int64_t tokens() const { return layers[0].query.shape()[1]; }
};

AttentionMaps attention_maps(const bert::Model& model, const bert::Sequence& text);

Array mean_over_heads(const Array& x);  // [A, T, T] → [T, T]

Array half_passed_on(const LayerMaps& layer);  // ½ (A + I) with A the mean over heads, [T, T]

// Attention rollout (Abnar and Zuidema 2020, arXiv 2005.00928), [T, T] of each layer: how much of a state comes from
// which input, if half of a state passes a layer as it is and the rest goes where the heads' mean says.
std::vector<Array> rollout(const AttentionMaps& maps);

}  // namespace bertlet::inside
