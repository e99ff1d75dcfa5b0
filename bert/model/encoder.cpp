#include "bert/model/encoder.h"

#include <algorithm>

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

void check(const EncoderOptions& options, const Pass& pass) {
  require(!options.recompute || !options.attentions,
          "encoder: got attentions and checkpoints asked for, want one of them");
  require(!options.cache || !(options.recompute || options.attentions || pass.training),
          "encoder: got a cache, want no attentions, no checkpoints and no training with it");
}

}  // namespace

Encoder::Encoder(const Config& config) : heads(config.num_attention_heads) {
  for (int64_t i = 0; i < config.num_hidden_layers; ++i) layer.emplace_back(config, i);
}

LayerResult Encoder::through(int64_t i, const Tensor& x, const Batch& batch, Pass& pass,
                             const EncoderOptions& options) const {
  const Layer& here = layer[to_size(i)];
  const LayerOptions of_layer{.head_mask = row_of(options.head_mask, std::ssize(layer), heads, i),
                              .encoder_states = options.encoder_states,
                              .probabilities = options.attentions ? Probabilities::keep : Probabilities::forget,
                              .rows = i + 1 == std::ssize(layer) ? options.rows : std::vector<int64_t>()};
  if (options.cache) return {options.cache->through(i, here, x, batch, pass, of_layer), {}, {}};
  if (options.recompute) return {here.recomputed(x, batch, pass, of_layer), {}, {}};
  return here(x, batch, pass, of_layer);
}

// The rows that the last layer computes, in order; none: all.
std::vector<int64_t> Encoder::rows_of_last(const Batch& batch, const EncoderOptions& options) const {
  const bool looked_at = options.hidden_states || options.attentions || options.cache;
  if (looked_at || layer.empty() || !layer.back().takes_rows(batch)) return {};
  std::vector<int64_t> rows = options.rows;
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  return std::ssize(rows) == batch.rows() ? std::vector<int64_t>() : rows;
}

Encoded Encoder::operator()(Tensor x, const Batch& batch, Pass& pass, const EncoderOptions& options) const {
  check(options, pass);
  EncoderOptions own = options;
  own.rows = rows_of_last(batch, options);
  Encoded encoded;
  if (options.hidden_states) encoded.hidden_states.push_back(x);
  for (int64_t i = 0; i < std::ssize(layer); ++i) {
    LayerResult result = through(i, x, batch, pass, own);
    x = std::move(result.y);  // [N, H]
    if (options.hidden_states) encoded.hidden_states.push_back(x);
    if (!options.attentions) continue;
    encoded.attentions.push_back(std::move(result.attention));
    if (options.encoder_states) encoded.cross_attentions.push_back(std::move(result.cross_attention));
  }
  encoded.last_hidden_state = own.rows.empty() ? std::move(x) : scatter_rows(x, own.rows, batch.rows());
  return encoded;
}

}  // namespace bertlet::bert
