#include "bert/model/layer.h"

#include <algorithm>
#include <memory>

#include "core/ops.h"
#include "core/require.h"
#include "nn/parameters.h"
#include "nn/recompute.h"

namespace bertlet::bert {

Layer::Layer(const Config& config, int64_t number)
    : attention(config, config.position_embedding_type, config.heads_of(number)),
      intermediate(config),
      output(config),
      causal(config.is_decoder),
      chunk(config.chunk_size_feed_forward) {
  if (config.add_cross_attention) crossattention.emplace(config, Relative::none, config.all_heads());
}

// A row's result depends on that row alone, so chunks change no number: they bound the memory of [N, F] at inference.
Tensor Layer::feed_forward(const Tensor& x, Pass& pass) const {
  const int64_t rows = x.shape()[0];
  if (chunk == 0 || chunk >= rows || !pass.rows.empty()) return output(intermediate(x), x, pass);
  std::vector<Tensor> parts;
  for (int64_t begin = 0; begin < rows; begin += chunk) {
    const Tensor part = slice(x, 0, begin, std::min(rows, begin + chunk));
    parts.push_back(output(intermediate(part), part, pass));
  }
  return concat(parts, 0);
}

bool Layer::takes_rows(const Batch& batch) const {
  return !causal && attention.attend.relative == Relative::none && !batch.mask.pairs && !batch.mask.bias;
}

LayerResult Layer::operator()(const Tensor& x, const Batch& batch, Pass& pass, const LayerOptions& options) const {
  const bool some = !options.rows.empty();
  const Tensor asking = some ? gather_rows(x, options.rows) : x;
  const Spans spans = some ? batch.spans.of(options.rows) : batch.spans;
  pass.rows = options.rows;
  AttentionOptions self{.mask = batch.mask, .head_scale = attention.of_heads(options.head_mask)};
  self.causal = causal && !batch.mask.pairs;  // a mask of pairs says all, as in Hugging Face
  Attended attended = attention(asking, spans, x, batch.spans, pass, self, options.probabilities);
  LayerResult result{{}, std::move(attended.probabilities), {}};
  Tensor y = attended.y;  // [N, H], or of the rows that are asked for
  if (options.encoder_states) {
    require(crossattention.has_value(), "layer: got an encoder's states, want add_cross_attention in the config");
    const AttentionOptions cross{.mask = options.encoder_states->mask, .head_scale = options.head_mask};
    Attended crossed = (*crossattention)(y, spans, options.encoder_states->states, options.encoder_states->spans, pass,
                                         cross, options.probabilities);
    result.cross_attention = std::move(crossed.probabilities);
    y = crossed.y;
  }
  result.y = feed_forward(y, pass);
  pass.rows.clear();
  return result;
}

Tensor Layer::recomputed(const Tensor& x, const Batch& batch, Pass& pass, const LayerOptions& options) const {
  Batch rows{};
  rows.spans = batch.spans;
  rows.mask = batch.mask;
  std::vector<Tensor> inputs{x}, leaves;
  if (options.head_mask) inputs.push_back(options.head_mask);
  if (options.encoder_states) inputs.push_back(options.encoder_states->states);
  const EncoderStates seen = options.encoder_states
                                 ? EncoderStates{{}, options.encoder_states->spans, options.encoder_states->mask}
                                 : EncoderStates{};
  const auto after = std::make_shared<Pass>();
  const auto again = [layer = *this, rows, seen, after, before = pass, masked = static_cast<bool>(options.head_mask),
                      cross = options.encoder_states != nullptr, asked = options.rows](std::span<const Tensor> in) {
    EncoderStates memory{cross ? in.back() : Tensor(), seen.spans, seen.mask};
    *after = before;
    const LayerOptions again{masked ? in[1] : Tensor(), cross ? &memory : nullptr, Probabilities::forget, asked};
    return layer(in[0], rows, *after, again).y;
  };
  Layer self = *this;
  const Parameters parameters = parameters_of(self);
  for (const Parameter& parameter : parameters.list()) leaves.push_back(parameter.tensor);
  Tensor y = recompute(inputs, leaves, again);
  pass = *after;  // further by the places that drew
  return y;
}

}  // namespace bertlet::bert
