#pragma once
#include "core/ops.h"
#include "nn/recurrent/twin.h"
#include "nn/sequence/twin.h"
#include "tests/fuzz/layer_call.h"

namespace bertlet {

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
    for (std::size_t i = 1; all.size() < to_size(directions); i += 4)
      all.push_back({x[i], x[i + 1], x[i + 2], x[i + 3]});
    return all;
  }

  Tensor state(Inputs x, std::size_t i) const { return states == 0 ? Tensor() : x[1 + 4 * to_size(directions) + i]; }

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

}  // namespace bertlet
