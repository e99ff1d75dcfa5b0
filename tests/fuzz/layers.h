#pragma once
#include "core/ops.h"
#include "nn/attention/twin.h"
#include "nn/dense/embedding.h"
#include "nn/dense/twin.h"
#include "nn/losses/twin.h"
#include "nn/norm/dropout.h"
#include "nn/norm/layer_norm.h"
#include "nn/norm/twin.h"
#include "tests/fuzz/sequence_layers.h"

// Random calls of every fused operation, each beside its twin.
namespace bertlet {

// --- dense ---

inline LayerCall linear_call(Draw& draw) {
  const Activation f = activations()[to_size(draw.below(std::ssize(activations())))].activation;
  const int64_t in = draw_length(draw), out = draw_length(draw);
  const bool biased = !draw.one_in(4);
  std::vector<int64_t> lengths(to_size(draw.between(0, 2)));
  for (int64_t& length : lengths) length = draw_length(draw, 0);
  lengths.push_back(in);
  std::vector<Shape> shapes{Draw::made(lengths), {out, in}};
  if (biased) shapes.push_back({out});
  const auto bias_of = [=](Inputs x) { return biased ? x[2] : Tensor(); };
  return {"linear", shapes, fmt::format("activation {}", static_cast<int>(f)),
          [=](Inputs x) { return linear(x[0], x[1], bias_of(x), f); },
          [=](Inputs x) { return spelled_linear(x[0], x[1], bias_of(x), f); }};
}

inline LayerCall embedding_call(Draw& draw) {
  const int64_t rows = draw_length(draw);
  std::vector<int64_t> ids;
  for (int64_t n = draw_length(draw, 0); n > 0; --n) ids.push_back(draw.below(rows));
  EmbeddingOptions options;
  if (draw.one_in(3)) options.padding = draw.below(rows);
  return {"embedding",
          {{rows, draw_length(draw)}},
          fmt::format("ids {}, padding {}", fmt::join(ids, " "), options.padding.value_or(-1)),
          [=](Inputs x) { return embedding(x[0], ids, options); },
          [=](Inputs x) {  // a row of padding is a constant
            Array kept = Array::filled(x[0].shape().with(1, 1), 1);
            if (options.padding) kept[*options.padding] = 0;
            return gather_rows(x[0] * Tensor(kept) + x[0].detached() * (1 - Tensor(kept)), ids);
          }};
}

inline LayerCall norm_call(Draw& draw) {
  const int64_t columns = draw_length(draw), rows = draw_length(draw, 0);
  const real eps = draw.one_in(2) ? real(0.01) : real(1);
  return {"layer_norm",
          {draw.one_in(3) ? Shape{2, rows, columns} : Shape{rows, columns}, {columns}, {columns}},
          fmt::format("eps {}", eps),
          [=](Inputs x) { return layer_norm(x[0], x[1], x[2], eps); },
          [=](Inputs x) { return spelled_layer_norm(x[0], x[1], x[2], eps); }};
}

inline LayerCall dropout_call(Draw& draw) {
  const real rate = draw_rate(draw);
  const Rng rng = draw_rng(draw);
  return {"dropout",
          {{draw_length(draw, 0), draw_length(draw)}},
          fmt::format("rate {}", rate),
          [=](Inputs x) { return dropout(x[0], rate, rng); },
          [=](Inputs x) { return spelled_dropout(x[0], rate, rng); }};
}

inline LayerCall dropout_add_norm_call(Draw& draw) {
  const Shape rows{draw_length(draw, 0), draw_length(draw)}, columns{rows[1]};
  const real rate = draw_rate(draw), eps = real(0.01);
  const Rng rng = draw_rng(draw);
  return {"dropout_add_norm",
          {rows, rows, columns, columns},
          fmt::format("rate {}", rate),
          [=](Inputs x) { return dropout_add_norm(x[0], x[1], x[2], x[3], eps, rate, rng); },
          [=](Inputs x) { return spelled_dropout_add_norm(x[0], x[1], x[2], x[3], eps, rate, rng); }};
}

// --- attention ---

inline void draw_masks(Draw& draw, const Spans& from, const Spans& to, AttentionOptions& options) {
  int64_t pairs = 0;
  for (int64_t i = 0; i < from.count(); ++i) pairs += from.length(i) * to.length(i);
  if (draw.one_in(3)) options.mask.keys = draw_mask(draw, to.rows(), 3);
  if (draw.one_in(3)) options.mask.pairs = draw_mask(draw, pairs, 3);
  if (draw.one_in(3)) options.mask.fully_masked = FullyMasked::average;
  if (draw.one_in(3)) options.mask.bias = normal(draw_rng(draw), {pairs * (draw.one_in(2) ? options.heads : 1)});
}

inline Spans draw_keys(Draw& draw, const Spans& from) {
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < from.count(); ++i) lengths.push_back(draw_length(draw));
  return Spans(lengths);
}

inline LayerCall attention_call(Draw& draw) {
  const Spans from = draw_spans(draw, 1), to = draw.one_in(2) ? from : draw_keys(draw, from);
  AttentionOptions options{.heads = draw.between(1, 3), .causal = draw.one_in(3)};
  if (draw.one_in(4)) options.scale = real(0.5);
  if (draw.one_in(2)) options.queries = Queries::first;
  if (draw.one_in(3)) options.dropout = draw_rate(draw);
  options.rng = draw_rng(draw);
  draw_masks(draw, from, to, options);
  const int64_t size = draw.between(1, 9), columns = options.heads * size;
  std::vector<Shape> shapes{
      {from.rows(), columns}, {to.rows(), columns}, {to.rows(), options.heads * draw.between(1, 9)}};
  const bool scaled = draw.one_in(3), related = draw.one_in(3);
  if (scaled) shapes.push_back({options.heads});
  if (related) shapes.push_back({2 * std::max({from.longest(), to.longest(), int64_t{1}}) + 1, size});
  if (related) options.relative = draw.one_in(2) ? Relative::key : Relative::key_query;
  const auto with_inputs = [=](Inputs x) {
    AttentionOptions all = options;
    if (scaled) all.head_scale = x[3];
    if (related) all.distances = x.back();
    return all;
  };
  return {"attention", shapes,
          fmt::format("{} to {}, causal {}, dropout {}, masks {} {} {}, fully_masked {}, relative {}, queries {}",
                      text_of(from), text_of(to), options.causal, options.dropout, bool(options.mask.keys),
                      bool(options.mask.pairs), options.mask.bias.size(), static_cast<int>(options.mask.fully_masked),
                      static_cast<int>(options.relative), static_cast<int>(options.queries)),
          [=](Inputs x) { return attention(x[0], x[1], x[2], from, to, with_inputs(x)); },
          [=](Inputs x) { return spelled_attention(x[0], x[1], x[2], from, to, with_inputs(x)); }};
}

// --- losses ---

inline Reduction draw_reduction(Draw& draw) {
  const Reduction all[] = {Reduction::none, Reduction::sum, Reduction::mean};
  return all[draw.below(3)];
}

inline LayerCall cross_entropy_call(Draw& draw) {
  const int64_t rows = draw_length(draw), classes = draw_length(draw);
  CrossEntropyOptions options{.smoothing = draw.one_in(2) ? real(0.25) : 0, .reduction = draw_reduction(draw)};
  if (draw.one_in(3)) options.weights = uniform(draw_rng(draw), {classes});
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < rows; ++i) labels.push_back(i > 0 && draw.one_in(4) ? -100 : draw.below(classes));
  return {"cross_entropy",
          {{rows, classes}},
          fmt::format("labels {}, smoothing {}, reduction {}", fmt::join(labels, " "), options.smoothing,
                      static_cast<int>(options.reduction)),
          [=](Inputs x) { return cross_entropy(x[0], labels, options); },
          [=](Inputs x) { return spelled_cross_entropy(x[0], labels, options); }};
}

inline LayerCall bce_call(Draw& draw) {
  const Shape shape{draw_length(draw), draw_length(draw)};
  const Array targets = uniform(draw_rng(draw), shape);
  BceOptions options{.reduction = draw_reduction(draw)};
  if (draw.one_in(2)) options.positive_weights = uniform(draw_rng(draw), draw.one_in(2) ? shape : Shape{shape[1]});
  return {"bce_with_logits",
          {shape},
          fmt::format("reduction {}", static_cast<int>(options.reduction)),
          [=](Inputs x) { return bce_with_logits(x[0], targets, options); },
          [=](Inputs x) { return spelled_bce_with_logits(x[0], targets, options); }};
}

inline LayerCall mse_call(Draw& draw) {
  const Shape shape{draw_length(draw), draw_length(draw)};
  const Reduction reduction = draw_reduction(draw);
  return {"mse",
          {shape, shape},
          fmt::format("reduction {}", static_cast<int>(reduction)),
          [=](Inputs x) { return mse(x[0], x[1], reduction); },
          [=](Inputs x) { return spelled_mse(x[0], x[1], reduction); }};
}

inline LayerCall cosine_call(Draw& draw) {
  const Shape shape{draw_length(draw, 0), draw_length(draw, 3)};
  return {"cosine_similarity",
          {shape, shape},
          "",
          [](Inputs x) { return cosine_similarity(x[0], x[1]); },
          [](Inputs x) { return spelled_cosine_similarity(x[0], x[1]); }};
}

inline LayerCall any_layer(Draw& draw) {
  static constexpr LayerCall (*calls[])(Draw&) = {
      linear_call, embedding_call, norm_call,   dropout_call, dropout_add_norm_call, attention_call, cross_entropy_call,
      bce_call,    mse_call,       cosine_call, pool_call,    attention_pool_call,   conv1d_call,    lstm_call,
      gru_call,    crf_call};
  return calls[draw.below(std::ssize(calls))](draw);
}

}  // namespace bertlet
