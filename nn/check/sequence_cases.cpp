#include "core/ops/arithmetic.h"
#include "core/ops/functions.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "core/ops/rows.h"
#include "core/ops/shaping.h"
#include "core/ops/softmax.h"
#include "nn/check/cases.h"
#include "nn/check/recurrent_twin.h"
#include "nn/ops/convolution.h"
#include "nn/ops/crf.h"
#include "nn/ops/pooling.h"

namespace bertlet {

namespace {

using Inputs = const std::vector<Tensor>&;

// Sequences of 128 for the benchmark; for the checks four of unequal length, one of them empty.
Spans spans_of(int64_t rows) {
  if (rows >= 128) return Spans(std::vector<int64_t>(static_cast<std::size_t>(rows / 128), 128));
  return Spans{rows - 3, 0, 1, 2};
}
Spans spans_of(const Tensor& x) { return spans_of(x.shape()[0]); }

const std::vector<Shape> rows_large{{1024, 768}};

// f(rows of a sequence, its index) for each, one below the other; zeros for an empty one.
template <class F>
Tensor by_sequence(const Tensor& x, const Spans& spans, const F& f) {
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < spans.count(); ++i)
    parts.push_back(spans.length(i) == 0 ? Tensor(Array::filled({1, x.shape()[1]}, 0))
                                         : f(slice(x, 0, spans.begin(i), spans.end(i)), i));
  return concat(parts, 0);
}

Tensor spelled_pool(const Tensor& rows, Pooling pooling) {
  switch (pooling) {
    case Pooling::first:
      return slice(rows, 0, 0, 1);
    case Pooling::last:
      return slice(rows, 0, rows.shape()[0] - 1, rows.shape()[0]);
    case Pooling::mean:
      return mean(rows, 0, Keep::yes);
    case Pooling::max:
      return max(rows, 0, Keep::yes);
    case Pooling::mean_sqrt:
      return sum(rows, 0, Keep::yes) / sqrt(Tensor(static_cast<real>(rows.shape()[0])));
  }
  return rows;
}

Case pool_case(const char* note, Pooling pooling, Domain domain = Domain::any) {
  return {"pool",
          {{7, 3}},
          [pooling](Inputs x) { return pool(x[0], spans_of(x[0]), pooling); },
          domain,
          [pooling](Inputs x) {
            return by_sequence(x[0], spans_of(x[0]),
                               [&](const Tensor& rows, int64_t) { return spelled_pool(rows, pooling); });
          },
          rows_large,
          note};
}

Tensor spelled_attention_pool(Inputs x) {
  const Spans spans = spans_of(x[0]);
  return by_sequence(x[0], spans, [&](const Tensor& rows, int64_t i) {
    const Tensor weights = softmax(slice(x[1], 0, spans.begin(i), spans.end(i)));
    return reshape(matmul(weights, rows), {1, -1});
  });
}

// Each window of rows as one row, the row of zeros appended at the end standing for what lies outside.
Tensor spelled_conv1d(Inputs x, Ends ends) {
  const int64_t rows = x[0].shape()[0], in = x[0].shape()[1], out = x[1].shape()[0], kernel = x[1].shape()[2];
  const Spans spans = spans_of(x[0]), results = convolved(spans, kernel, ends);
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < spans.count(); ++i)
    for (int64_t t = 0; t < results.length(i); ++t)
      for (int64_t j = 0; j < kernel; ++j) {
        const int64_t at = spans.begin(i) + t + j - (ends == Ends::same ? (kernel - 1) / 2 : 0);
        ids.push_back(spans.begin(i) <= at && at < spans.end(i) ? at : rows);
      }
  const Tensor padded = concat({x[0], Array::filled({1, in}, 0)}, 0);
  const Tensor windows = reshape(gather_rows(padded, ids), {results.rows(), kernel * in});
  const Tensor weight = reshape(permute(x[1], {0, 2, 1}), {out, kernel * in});
  return matmul(windows, weight, {.transpose_b = true}) + x[2];
}

Case conv_case(int64_t kernel, Ends ends, const std::vector<Shape>& large = {}) {
  return {"conv1d",
          {{8, 3}, {2, 3, kernel}, {2}},
          [ends](Inputs x) { return conv1d(x[0], spans_of(x[0]), x[1], x[2], ends); },
          Domain::any,
          [ends](Inputs x) { return spelled_conv1d(x, ends); },
          large,
          ends == Ends::same ? "same" : "valid"};
}

// Input, weights of some directions, and states.
std::vector<Shape> recurrent_shapes(int64_t rows, int64_t gates, int64_t in, int64_t hidden, int directions,
                                    int states) {
  std::vector<Shape> shapes{{rows, in}};
  for (int i = 0; i < directions; ++i)
    shapes.insert(shapes.end(),
                  {{gates * hidden, in}, {gates * hidden, hidden}, Shape{gates * hidden}, Shape{gates * hidden}});
  for (int i = 0; i < states; ++i) shapes.push_back({4, directions * hidden});
  return shapes;
}

std::string recurrent_note(int directions, int states) {
  return std::string(directions == 2 ? "two directions" : "one direction") + (states > 0 ? ", initial state" : "");
}

std::vector<RecurrentWeights> weights_of(Inputs x) {
  std::vector<RecurrentWeights> weights;
  for (std::size_t i = 1; i + 4 <= x.size() && x[i].shape().rank() == 2 && weights.size() < 2; i += 4)
    weights.push_back({x[i], x[i + 1], x[i + 2], x[i + 3]});
  return weights;
}

Tensor state_of(Inputs x, std::size_t i) {
  const std::size_t at = 1 + 4 * weights_of(x).size() + i;
  return at < x.size() ? x[at] : Tensor();
}

Tensor all_of(const LstmResult& r) { return concat({r.output, r.last.hidden, r.last.cell}, 0); }
Tensor all_of(const GruResult& r) { return concat({r.output, r.last}, 0); }

Case lstm_case(int directions, int states, const std::vector<Shape>& large = {}) {
  const auto run = [](auto f) {
    return [f](Inputs x) {
      return all_of(f(x[0], spans_of(x[0]), weights_of(x), LstmState{state_of(x, 0), state_of(x, 1)}));
    };
  };
  return {"lstm",
          recurrent_shapes(7, 4, 3, 2, directions, states),
          run(lstm),
          Domain::any,
          run(spelled_lstm),
          large,
          recurrent_note(directions, states)};
}

Case gru_case(int directions, int states, const std::vector<Shape>& large = {}) {
  const auto run = [](auto f) {
    return [f](Inputs x) { return all_of(f(x[0], spans_of(x[0]), weights_of(x), state_of(x, 0))); };
  };
  return {"gru",
          recurrent_shapes(7, 3, 3, 2, directions, states),
          run(gru),
          Domain::any,
          run(spelled_gru),
          large,
          recurrent_note(directions, states)};
}

std::vector<int64_t> tags_for(const Tensor& emissions) {
  std::vector<int64_t> tags;
  for (int64_t row = 0; row < emissions.shape()[0]; ++row) tags.push_back((row * 5 + 2) % emissions.shape()[1]);
  return tags;
}

// One number of a tensor, by its place in memory.
Tensor number(const Tensor& x, int64_t i) { return slice(reshape(x, {-1}), 0, i, i + 1); }

Tensor path_score(Inputs x, int64_t begin, const std::vector<int64_t>& path) {
  const int64_t k = x[0].shape()[1];
  Tensor score = number(x[1], path.front()) + number(x[2], path.back());
  for (std::size_t t = 0; t < path.size(); ++t) {
    score = score + number(x[0], (begin + static_cast<int64_t>(t)) * k + path[t]);
    if (t > 0) score = score + number(x[3], path[t - 1] * k + path[t]);
  }
  return score;
}

std::vector<int64_t> path_number(int64_t which, int64_t length, int64_t k) {
  std::vector<int64_t> path;
  for (int64_t t = 0; t < length; ++t, which /= k) path.push_back(which % k);
  return path;
}

// The softmax over every path there is.
Tensor spelled_crf(Inputs x) {
  const Spans spans = spans_of(x[0]);
  const std::vector<int64_t> tags = tags_for(x[0]);
  const int64_t k = x[0].shape()[1];
  std::vector<Tensor> logs;
  for (int64_t i = 0; i < spans.count(); ++i) {
    if (spans.length(i) == 0) {
      logs.push_back(Array::filled({1}, 0));
      continue;
    }
    int64_t paths = 1;
    for (int64_t t = 0; t < spans.length(i); ++t) paths *= k;
    std::vector<Tensor> scores;
    for (int64_t which = 0; which < paths; ++which)
      scores.push_back(path_score(x, spans.begin(i), path_number(which, spans.length(i), k)));
    const std::vector<int64_t> own(tags.begin() + spans.begin(i), tags.begin() + spans.end(i));
    logs.push_back(path_score(x, spans.begin(i), own) - log(sum(exp(concat(scores, 0)))));
  }
  return concat(logs, 0);
}

}  // namespace

std::vector<Case> sequence_cases() {
  const auto crf = [](Inputs x) {
    return crf_log_likelihood(x[0], {x[1], x[2], x[3]}, tags_for(x[0]), spans_of(x[0]));
  };
  return {
      pool_case("first", Pooling::first),
      pool_case("last", Pooling::last),
      pool_case("mean", Pooling::mean),
      pool_case("max", Pooling::max, Domain::distinct),
      pool_case("mean_sqrt", Pooling::mean_sqrt),
      {"attention_pool",
       {{7, 3}, {7}},
       [](Inputs x) { return attention_pool(x[0], x[1], spans_of(x[0])); },
       Domain::any,
       spelled_attention_pool,
       {{1024, 768}, {1024}}},
      conv_case(1, Ends::same),
      conv_case(2, Ends::same),
      conv_case(3, Ends::same, {{1024, 768}, {128, 768, 3}, {128}}),
      conv_case(5, Ends::same),
      conv_case(2, Ends::valid),
      conv_case(3, Ends::valid),
      lstm_case(1, 0),
      lstm_case(1, 2),
      lstm_case(2, 0, recurrent_shapes(1024, 4, 768, 384, 2, 0)),
      gru_case(1, 0),
      gru_case(1, 1),
      gru_case(2, 0, recurrent_shapes(1024, 3, 768, 384, 2, 0)),
      {"crf_log_likelihood", {{7, 3}, {3}, {3}, {3, 3}}, crf, Domain::any, spelled_crf},
      {"crf_log_likelihood", {{4, 1}, {1}, {1}, {1, 1}}, crf, Domain::any, spelled_crf},
  };
}

}  // namespace bertlet
