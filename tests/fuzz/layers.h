#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

#include "core/ops/arithmetic.h"
#include "core/ops/rows.h"
#include "core/ops/shaping.h"
#include "core/random.h"
#include "nn/check/attention_twin.h"
#include "nn/check/dense_twin.h"
#include "nn/check/loss_twin.h"
#include "nn/check/recurrent_twin.h"
#include "nn/check/sequence_twin.h"
#include "nn/ops/dropout.h"
#include "nn/ops/dropout_add_norm.h"
#include "nn/ops/embedding.h"
#include "nn/ops/layer_norm.h"
#include "tests/fuzz/draw.h"

// Random calls of every fused operation, each beside its twin.
namespace bertlet {

using Inputs = const std::vector<Tensor>&;
using Function = std::function<Tensor(Inputs)>;

struct LayerCall {
  const char* operation;
  std::vector<Shape> shapes;  // of its inputs
  std::string options;
  Function fused, twin;
  real deviation = 1;  // of the inputs
};

// Lengths around those at which kernels and blocks end, mostly small.
inline int64_t draw_length(Draw& draw, int64_t least = 1) {
  if (draw.one_in(8)) return draw.between(15, 70);
  return draw.between(least, 6);
}

inline Spans draw_spans(Draw& draw, int64_t least_count = 0) {
  std::vector<int64_t> lengths;
  for (int64_t count = draw.between(least_count, 4); count > 0; --count) lengths.push_back(draw_length(draw, 0));
  return Spans(lengths);
}

inline std::string text_of(const Spans& spans) {
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < spans.count(); ++i) lengths.push_back(spans.length(i));
  return fmt::format("spans {}", fmt::join(lengths, " "));
}

inline Rng draw_rng(Draw& draw) {
  return {.seed = static_cast<std::uint64_t>(draw.below(1000)), .site = static_cast<std::uint32_t>(draw.below(9))};
}

// 0 and 1, the share of ones being about 1 − 1/n.
inline Array draw_mask(Draw& draw, int64_t size, int64_t n) {
  Array mask({size});
  for (int64_t i = 0; i < size; ++i) mask[i] = draw.one_in(n) ? 0 : 1;
  return mask;
}

inline real draw_rate(Draw& draw) { return draw.one_in(4) ? 0 : static_cast<real>(draw.between(1, 15)) / 16; }

// --- dense ---

inline LayerCall linear_call(Draw& draw) {
  const Activation all[] = {Activation::none, Activation::gelu,    Activation::gelu_tanh, Activation::relu,
                            Activation::tanh, Activation::sigmoid, Activation::silu};
  const Activation f = all[draw.below(std::ssize(all))];
  const int64_t in = draw_length(draw), out = draw_length(draw);
  const bool biased = !draw.one_in(4);
  std::vector<int64_t> lengths(static_cast<std::size_t>(draw.between(0, 2)));
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
  if (draw.one_in(3)) options.mask.unseeing = Unseeing::average;
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
          fmt::format("{} to {}, causal {}, dropout {}, masks {} {} {}, unseeing {}, relative {}, queries {}",
                      text_of(from), text_of(to), options.causal, options.dropout, bool(options.mask.keys),
                      bool(options.mask.pairs), options.mask.bias.size(), static_cast<int>(options.mask.unseeing),
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

// --- sequences ---

inline LayerCall pool_call(Draw& draw) {
  const Pooling all[] = {Pooling::first, Pooling::last, Pooling::mean, Pooling::max, Pooling::mean_sqrt};
  const Pooling pooling = all[draw.below(std::ssize(all))];
  const Spans spans = draw_spans(draw, 1);
  return {"pool",
          {{spans.rows(), draw_length(draw)}},
          fmt::format("{}, pooling {}", text_of(spans), static_cast<int>(pooling)),
          [=](Inputs x) { return pool(x[0], spans, pooling); },
          [=](Inputs x) { return spelled_pool(x[0], spans, pooling); }};
}

inline LayerCall attention_pool_call(Draw& draw) {
  const Spans spans = draw_spans(draw, 1);
  return {"attention_pool",
          {{spans.rows(), draw_length(draw)}, {spans.rows()}},
          text_of(spans),
          [=](Inputs x) { return attention_pool(x[0], x[1], spans); },
          [=](Inputs x) { return spelled_attention_pool(x[0], x[1], spans); }};
}

inline LayerCall conv1d_call(Draw& draw) {
  const Spans spans = draw_spans(draw, 1);
  const int64_t in = draw_length(draw), out = draw_length(draw);
  const Ends ends = draw.one_in(2) ? Ends::same : Ends::valid;
  return {"conv1d",
          {{spans.rows(), in}, {out, in, draw.between(1, 7)}, {out}},
          fmt::format("{}, ends {}", text_of(spans), static_cast<int>(ends)),
          [=](Inputs x) { return conv1d(x[0], spans, x[1], x[2], ends); },
          [=](Inputs x) { return spelled_conv1d(x[0], spans, x[1], x[2], ends); }};
}

// Inputs: rows, four weights for each direction, and states. Large weights would make a difference in rounding grow
// from step to step.
constexpr real recurrent_deviation = real(0.1);

struct Recurrent {
  Spans spans;
  int directions, states;
  std::vector<Shape> shapes;

  Recurrent(Draw& draw, int64_t gates, int most_states)
      : spans(draw_spans(draw, 1)), directions(draw.one_in(2) ? 1 : 2), states(draw.one_in(2) ? 0 : most_states) {
    if (spans.rows() == 0) spans = Spans{0, 1};  // the twin wants a row
    const int64_t in = draw_length(draw), hidden = draw_length(draw), wide = gates * hidden;
    shapes.push_back({spans.rows(), in});
    for (int i = 0; i < directions; ++i)
      shapes.insert(shapes.end(), {{wide, in}, {wide, hidden}, Shape{wide}, Shape{wide}});
    for (int i = 0; i < states; ++i) shapes.push_back({spans.count(), directions * hidden});
  }

  std::vector<RecurrentWeights> weights(Inputs x) const {
    std::vector<RecurrentWeights> all;
    for (std::size_t i = 1; all.size() < static_cast<std::size_t>(directions); i += 4)
      all.push_back({x[i], x[i + 1], x[i + 2], x[i + 3]});
    return all;
  }

  Tensor state(Inputs x, std::size_t i) const {
    return states == 0 ? Tensor() : x[1 + 4 * static_cast<std::size_t>(directions) + i];
  }

  std::string text() const { return fmt::format("{}, {} directions, {} states", text_of(spans), directions, states); }
};

inline LayerCall lstm_call(Draw& draw) {
  const Recurrent layer(draw, 4, 2);
  const auto call = [layer](auto f) {
    return [f, layer](Inputs x) {
      const LstmResult y = f(x[0], layer.spans, layer.weights(x), LstmState{layer.state(x, 0), layer.state(x, 1)});
      return concat({y.output, y.last.hidden, y.last.cell}, 0);
    };
  };
  return {"lstm", layer.shapes, layer.text(), call(lstm), call(spelled_lstm), recurrent_deviation};
}

inline LayerCall gru_call(Draw& draw) {
  const Recurrent layer(draw, 3, 1);
  const auto call = [layer](auto f) {
    return [f, layer](Inputs x) {
      const GruResult y = f(x[0], layer.spans, layer.weights(x), layer.state(x, 0));
      return concat({y.output, y.last}, 0);
    };
  };
  return {"gru", layer.shapes, layer.text(), call(gru), call(spelled_gru), recurrent_deviation};
}

inline LayerCall crf_call(Draw& draw) {
  const int64_t tags = draw.between(1, 3);  // the twin walks every path
  const Spans spans{draw.between(0, 4), draw.between(0, 3), draw.between(1, 2)};
  std::vector<int64_t> path;
  for (int64_t i = 0; i < spans.rows(); ++i) path.push_back(draw.below(tags));
  return {"crf_log_likelihood",
          {{spans.rows(), tags}, {tags}, {tags}, {tags, tags}},
          fmt::format("{}, tags {}", text_of(spans), fmt::join(path, " ")),
          [=](Inputs x) {
            return crf_log_likelihood(x[0], {x[1], x[2], x[3]}, path, spans);
          },
          [=](Inputs x) {
            return spelled_crf_log_likelihood(x[0], {x[1], x[2], x[3]}, path, spans);
          }};
}

inline LayerCall any_layer(Draw& draw) {
  static constexpr LayerCall (*calls[])(Draw&) = {
      linear_call, embedding_call, norm_call,   dropout_call, dropout_add_norm_call, attention_call, cross_entropy_call,
      bce_call,    mse_call,       cosine_call, pool_call,    attention_pool_call,   conv1d_call,    lstm_call,
      gru_call,    crf_call};
  return calls[draw.below(std::ssize(calls))](draw);
}

}  // namespace bertlet
