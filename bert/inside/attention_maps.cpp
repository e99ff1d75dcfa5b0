#include "bert/inside/attention_maps.h"

#include <cmath>
#include <limits>

#include "core/ops.h"
#include "core/parallel.h"

namespace bertlet::inside {

namespace {

// Rows with the heads' columns side by side, [T, A D] → [A, T, D].
Array by_head(const Tensor& rows, int64_t heads) {
  const Array& x = rows.value();
  const int64_t tokens = x.shape()[0];
  return permuted("attention_maps", x.shaped({tokens, heads, x.shape()[1] / heads}), std::array{1, 0, 2});
}

Array times(const Array& a, const Array& b) { return matmul(a, b).value(); }
Array times_transposed(const Array& a, const Array& b) { return matmul(a, b, {.transpose_b = true}).value(); }

real dot(const real* a, const real* b, int64_t n) {
  real sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// s[a, i, j] += q_i · e (and k_j · e), e being the table's row for the distance i − j.
void add_distances(const MultiHeadAttention& attend, const LayerMaps& layer, Array& s) {
  const int64_t tokens = s.shape()[1], size = layer.query.shape()[2], middle = attend.distances.shape()[0] / 2;
  parallel_for(s.shape()[0] * tokens, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)  // (a, i)
      for (int64_t j = 0; j < tokens; ++j) {
        const real* e = attend.distances.value().data() + (row % tokens - j + middle) * size;
        const int64_t key = row / tokens * tokens + j;
        real& to = s.data()[row * tokens + j];
        to += dot(layer.query.data() + row * size, e, size);
        if (attend.relative == Relative::key_query) to += dot(layer.key.data() + key * size, e, size);
      }
  });
}

Array scores_of(const bert::Layer& from, const LayerMaps& layer) {
  const MultiHeadAttention& attend = from.attention.attend;
  Array s = times_transposed(layer.query, layer.key);  // [A, T, T]
  if (attend.relative != Relative::none) add_distances(attend, layer, s);
  const int64_t tokens = s.shape()[1];
  const real scale = 1 / std::sqrt(static_cast<real>(layer.query.shape()[2]));
  for (int64_t at = 0; at < s.size(); ++at) {
    const bool later = at % tokens > at / tokens % tokens;
    s[at] = from.causal && later ? -std::numeric_limits<real>::infinity() : s[at] * scale;
  }
  return s;
}

// f(x) of every token in every head, [T, A, H].
Array handed_on(const MultiHeadAttention& attend, const Array& value) {
  const Array& w = attend.output.weight.value();  // [H, A D]
  const int64_t hidden = w.shape()[0], size = value.shape()[2];
  const Array by =
      permuted("attention_maps", w.shaped({hidden, attend.heads, size}), std::array{1, 0, 2});  // [A, H, D]
  return permuted("attention_maps", times_transposed(value, by), std::array{1, 0, 2});
}

// ‖Σ_a α_a f_a‖² = αᵀ G α, where G[a, b] = f_a · f_b of the token that is looked at.
real length(const real* alpha, int64_t step, const real* g, int64_t heads) {
  real square = 0;
  for (int64_t a = 0; a < heads; ++a)
    for (int64_t b = 0; b < heads; ++b) square += alpha[a * step] * alpha[b * step] * g[a * heads + b];
  return std::sqrt(std::max<real>(0, square));
}

void add_norms(const MultiHeadAttention& attend, LayerMaps& layer) {
  const int64_t heads = attend.heads, tokens = layer.value.shape()[1], pairs = tokens * tokens;
  const Array f = handed_on(attend, layer.value);
  const Array g = times_transposed(f, f);  // [T, A, A]
  layer.norms = Array({heads, tokens});
  for (int64_t at = 0; at < heads * tokens; ++at) {
    const int64_t a = at / tokens, j = at % tokens;
    layer.norms[at] = std::sqrt(std::max<real>(0, g[(j * heads + a) * heads + a]));
  }
  layer.together = Array({tokens, tokens});
  parallel_for(tokens, 1, [&](int64_t begin, int64_t end) {
    for (int64_t pair = begin * tokens; pair < end * tokens; ++pair)
      layer.together[pair] =
          length(layer.probabilities.data() + pair, pairs, g.data() + pair % tokens * heads * heads, heads);
  });
}

LayerMaps look_of(const bert::Layer& from, const Tensor& x, const Array& probabilities) {
  const MultiHeadAttention& attend = from.attention.attend;
  LayerMaps layer{.heads = from.attention.heads,
                  .query = by_head(attend.query(x), attend.heads),
                  .key = by_head(attend.key(x), attend.heads),
                  .value = by_head(attend.value(x), attend.heads),
                  .scores = {},
                  .probabilities = probabilities,
                  .context = {},
                  .norms = {},
                  .together = {}};
  layer.scores = scores_of(from, layer);
  layer.context = times(probabilities, layer.value);
  add_norms(attend, layer);
  return layer;
}

}  // namespace

AttentionMaps attention_maps(const bert::Model& model, const bert::Sequence& text) {
  Pass pass;
  const bert::Encoded encoded = model(bert::Batch::of({text}), pass, {.hidden_states = true, .attentions = true});
  AttentionMaps maps;
  for (std::size_t i = 0; i < model.encoder.layer.size(); ++i)
    maps.layers.push_back(
        look_of(model.encoder.layer[i], encoded.hidden_states[i].detached(), encoded.attentions[i][0]));
  maps.states = encoded.last_hidden_state.detached();
  maps.distances = model.config.position_embedding_type != Relative::none;
  return maps;
}

Array mean_over_heads(const Array& x) {
  const int64_t heads = x.shape()[0], pairs = x.size() / heads;
  Array mean = Array::filled({x.shape()[1], x.shape()[2]}, 0);
  for (int64_t at = 0; at < x.size(); ++at) mean[at % pairs] += x[at] / static_cast<real>(heads);
  return mean;
}

Array half_passed_on(const LayerMaps& layer) {
  Array step = mean_over_heads(layer.probabilities);
  const int64_t tokens = step.shape()[0];
  for (int64_t at = 0; at < step.size(); ++at)
    step[at] = (step[at] + static_cast<real>(at / tokens == at % tokens)) / 2;
  return step;
}

std::vector<Array> rollout(const AttentionMaps& maps) {
  std::vector<Array> all;
  for (const LayerMaps& layer : maps.layers) {
    const Array step = half_passed_on(layer);
    all.push_back(all.empty() ? step : times(step, all.back()));
  }
  return all;
}

}  // namespace bertlet::inside
