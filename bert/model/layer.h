#pragma once
#include <optional>

#include "bert/model/attention.h"
#include "bert/model/encoder_states.h"
#include "bert/model/feed_forward.h"

namespace bertlet::bert {

// What a layer is asked for besides its rows.
struct LayerOptions {
  Tensor head_mask = {};                          // [A]
  const EncoderStates* encoder_states = nullptr;  // for cross-attention
  Probabilities probabilities = Probabilities::forget;
  std::vector<int64_t> rows = {};  // that are asked for, in order; empty: all
};

struct LayerResult {
  Tensor y;                                       // [N, H], or of the rows that are asked for
  std::vector<Array> attention, cross_attention;  // on request, [A, from, to] of each sequence
};

// Attention, then the feed-forward network; a decoder may look at an encoder's states in between.
struct Layer {
  Attention attention;
  std::optional<Attention> crossattention;
  Intermediate intermediate;
  Output output;
  bool causal;
  int64_t chunk;  // rows that go through the feed-forward at once; 0: all

  Layer(const Config& config, int64_t number);
  LayerResult operator()(const Tensor& x, const Batch& batch, Pass& pass, const LayerOptions& options) const;

  // Whether it computes some rows by themselves: where no row's place among those that it looks at counts.
  bool takes_rows(const Batch& batch) const;

  // The same y, of which nothing but x is kept: backward computes the rest again.
  Tensor recomputed(const Tensor& x, const Batch& batch, Pass& pass, const LayerOptions& options) const;

  Tensor feed_forward(const Tensor& x, Pass& pass) const;

  void visit(auto&& f) {
    f("attention", attention);
    f("crossattention", crossattention);
    f("intermediate", intermediate);
    f("output", output);
  }
};

}  // namespace bertlet::bert
