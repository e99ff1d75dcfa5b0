#include "bert/model/cache.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet::bert {

namespace {

template <class T>
void pick(std::vector<T>& from, std::span<const int64_t> which) {
  std::vector<T> picked;
  for (const int64_t i : which) picked.push_back(from[to_size(i)]);
  from = std::move(picked);
}

}  // namespace

void SeenKeys::append(const Spans& spans, const Array& mask) {
  seen_.resize(to_size(spans.count()));
  for (int64_t i = 0; i < spans.count(); ++i)
    for (int64_t row = spans.begin(i); row < spans.end(i); ++row) seen_[to_size(i)].push_back(mask ? mask[row] : 1);
}

void SeenKeys::select(std::span<const int64_t> sequences) { pick(seen_, sequences); }

Array SeenKeys::mask() const {
  std::vector<real> all;
  for (const std::vector<real>& sequence : seen_) all.insert(all.end(), sequence.begin(), sequence.end());
  if (std::ranges::find(all, real{0}) == all.end()) return {};
  return Array::of({std::ssize(all)}, all);
}

void Cache::select(std::span<const int64_t> sequences) {
  for (const int64_t from : sequences)
    require(0 <= from && from < this->sequences(), "cache: got sequence {}, want 0 … {}", from, this->sequences() - 1);
  for (Kept& layer : layers_) {
    layer.self.select(sequences);
    if (layer.cross.count() > 0) layer.cross.select(sequences);
  }
  if (memory_.any()) memory_.select(sequences);
  own_.select(sequences);
  pick(next_position_, sequences);
}

Batch Cache::joined(Batch batch, const EncoderStates* memory) {
  const Spans& spans = batch.spans;
  if (next_position_.empty()) {
    next_position_.assign(to_size(spans.count()), 0);
    if (memory) take(*memory);
  }
  require(spans.count() == sequences(), "cache: got {} sequences, want {}, as there are", spans.count(), sequences());
  require(!batch.mask.pairs, "cache: got a mask of pairs, want one of tokens, [B, T]");
  for (int64_t i = 0; i < spans.count(); ++i) {
    int64_t& next = next_position_[to_size(i)];
    for (int64_t row = spans.begin(i); row < spans.end(i); ++row) batch.positions[to_size(row)] += next;
    if (spans.length(i) > 0) next = batch.positions[to_size(spans.end(i) - 1)] + 1;
  }
  own_.append(spans, batch.mask.keys);
  batch.mask.keys = own_.mask();
  return batch;
}

void Cache::take(const EncoderStates& memory) {
  require(!memory.mask.pairs && !memory.mask.bias,
          "cache: got a mask of pairs for an encoder's states, want one of states, [B, S]");
  memory_.append(memory.spans, memory.mask.keys);
  fully_masked_ = memory.mask.fully_masked;
}

Tensor Cache::through(int64_t i, const Layer& layer, const Tensor& x, const Batch& batch, Pass& pass,
                      const LayerOptions& options) {
  if (i == std::ssize(layers_)) layers_.emplace_back();
  Kept& kept = layers_[to_size(i)];
  const Attention& self = layer.attention;
  self.attend.remember(x, batch.spans, kept.self);
  const AttentionOptions own{.causal = true, .mask = batch.mask, .head_scale = self.of_heads(options.head_mask)};
  Tensor y = self.norm(self.attend.recall(x, batch.spans, kept.self, own), x, self.dropout, pass);  // [N, H]
  if (memory_.any()) {
    require(layer.crossattention.has_value(), "layer: got an encoder's states, want add_cross_attention in the config");
    const Attention& cross = *layer.crossattention;
    if (kept.cross.count() == 0)
      cross.attend.remember(options.encoder_states->states, options.encoder_states->spans, kept.cross);
    const AttentionOptions others{.mask = {.keys = memory_.mask(), .fully_masked = fully_masked_},
                                  .head_scale = options.head_mask};
    y = cross.norm(cross.attend.recall(y, batch.spans, kept.cross, others), y, cross.dropout, pass);
  }
  return layer.feed_forward(y, pass);
}

}  // namespace bertlet::bert
