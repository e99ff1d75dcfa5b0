#include "bert/model/layer.h"

#include "core/ops/shaping.h"
#include "core/require.h"

namespace bertlet::bert {

Layer::Layer(const Config& config)
    : attention(config, config.position_embedding_type),
      intermediate(config),
      output(config),
      causal(config.is_decoder),
      chunk(config.chunk_size_feed_forward) {
  if (config.add_cross_attention) crossattention.emplace(config, Relative::none);
}

// A row's result depends on that row alone, so chunks change no number: they bound the memory of [N, F] at inference.
Tensor Layer::feed_forward(const Tensor& x, Pass& pass) const {
  const int64_t rows = x.shape()[0];
  if (chunk == 0 || chunk >= rows) return output(intermediate(x), x, pass);
  std::vector<Tensor> parts;
  for (int64_t begin = 0; begin < rows; begin += chunk) {
    const Tensor part = slice(x, 0, begin, std::min(rows, begin + chunk));
    parts.push_back(output(intermediate(part), part, pass));
  }
  return concat(parts, 0);
}

LayerResult Layer::operator()(const Tensor& x, const Batch& batch, Pass& pass, const LayerOptions& options) const {
  AttentionOptions self{.mask = batch.mask, .head_scale = options.head_mask};
  self.causal = causal && !batch.mask.pairs;  // a mask of pairs says all, as in Hugging Face
  Attended seen = attention(x, batch.spans, x, batch.spans, pass, self, options.probabilities);
  LayerResult result{{}, std::move(seen.probabilities), {}};
  Tensor y = seen.y;  // [N, H]
  if (options.memory) {
    require(crossattention.has_value(), "layer: got an encoder's states, want add_cross_attention in the config");
    const AttentionOptions cross{.mask = {.keys = options.memory->keys}, .head_scale = options.head_mask};
    Attended looked = (*crossattention)(y, batch.spans, options.memory->states, options.memory->spans, pass, cross,
                                        options.probabilities);
    result.cross_attention = std::move(looked.probabilities);
    y = looked.y;
  }
  result.y = feed_forward(y, pass);
  return result;
}

}  // namespace bertlet::bert
