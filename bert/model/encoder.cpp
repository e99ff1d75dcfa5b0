#include "bert/model/encoder.h"

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

// The head mask of one layer, [A].
Tensor row_of(const Tensor& mask, int64_t layers, int64_t heads, int64_t layer) {
  if (!mask || mask.shape() == Shape{heads}) return mask;
  require(mask.shape() == Shape{layers, heads}, "encoder: got a head mask {}, want {} or {}", mask.shape(),
          Shape{heads}, Shape{layers, heads});
  return reshape(slice(mask, 0, layer, layer + 1), {heads});
}

void check(const Ask& ask, const Pass& pass) {
  require(!ask.checkpoint || !ask.attentions, "encoder: got attentions and checkpoints asked for, want one of them");
  require(!ask.cache || !(ask.checkpoint || ask.attentions || pass.training),
          "encoder: got a cache, want no attentions, no checkpoints and no training with it");
}

}  // namespace

Encoder::Encoder(const Config& config) : heads(config.num_attention_heads) {
  for (int64_t i = 0; i < config.num_hidden_layers; ++i) layer.emplace_back(config, i);
}

LayerResult Encoder::through(int64_t i, const Tensor& x, const Batch& batch, Pass& pass, const Ask& ask) const {
  const Layer& here = layer[static_cast<std::size_t>(i)];
  const LayerOptions options{.head_mask = row_of(ask.head_mask, std::ssize(layer), heads, i),
                             .memory = ask.memory,
                             .probabilities = ask.attentions ? Probabilities::keep : Probabilities::forget};
  if (ask.cache) return {ask.cache->through(i, here, x, batch, pass, options), {}, {}};
  if (ask.checkpoint) return {here.checkpointed(x, batch, pass, options), {}, {}};
  return here(x, batch, pass, options);
}

Encoded Encoder::operator()(Tensor x, const Batch& batch, Pass& pass, const Ask& ask) const {
  check(ask, pass);
  Encoded encoded;
  if (ask.hidden_states) encoded.hidden_states.push_back(x);
  for (int64_t i = 0; i < std::ssize(layer); ++i) {
    LayerResult result = through(i, x, batch, pass, ask);
    x = std::move(result.y);  // [N, H]
    if (ask.hidden_states) encoded.hidden_states.push_back(x);
    if (!ask.attentions) continue;
    encoded.attentions.push_back(std::move(result.attention));
    if (ask.memory) encoded.cross_attentions.push_back(std::move(result.cross_attention));
  }
  encoded.last_hidden_state = std::move(x);
  return encoded;
}

}  // namespace bertlet::bert
