#pragma once
#include "bert/model/cache.h"
#include "bert/model/layer.h"

namespace bertlet::bert {

// What a model is asked for besides its batch.
struct EncoderOptions {
  Tensor head_mask = {};                          // [A], or [L, A]: multiplies what heads see
  const EncoderStates* encoder_states = nullptr;  // an encoder's states, for a decoder with cross-attention
  bool hidden_states = false;                     // keep what goes into the first layer and what comes out of each
  bool attentions = false;                        // keep the probabilities
  Cache* cache = nullptr;                         // go on from the rows it holds, and join them
  bool recompute = false;  // keep only what goes into each layer; backward computes the rest again

  // Whose last states are asked for; empty: all. Where no layer is kept to be looked at, the last one computes no
  // others.
  std::vector<int64_t> rows = {};
};

struct Encoded {
  Tensor last_hidden_state;                         // [N, H]; zeros in rows that were not computed
  Tensor pooler_output = {};                        // [B, H], where the model has a pooler
  std::vector<Tensor> hidden_states = {};           // L + 1 times [N, H]
  std::vector<std::vector<Array>> attentions = {};  // of each layer, [A, from, to] of each sequence
  std::vector<std::vector<Array>> cross_attentions = {};
};

// The layers, one after another.
struct Encoder {
  std::vector<Layer> layer;
  int64_t heads;  // of a layer, pruned ones too

  explicit Encoder(const Config& config);
  Encoded operator()(Tensor x, const Batch& batch, Pass& pass, const EncoderOptions& options) const;

  void visit(auto&& f) { f("layer", layer); }

 private:
  LayerResult through(int64_t i, const Tensor& x, const Batch& batch, Pass& pass, const EncoderOptions& options) const;
  std::vector<int64_t> rows_of_last(const Batch& batch, const EncoderOptions& options) const;
};

}  // namespace bertlet::bert
