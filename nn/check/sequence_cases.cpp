#include "core/ops/shaping.h"
#include "nn/check/cases.h"
#include "nn/check/recurrent_twin.h"
#include "nn/check/sequence_twin.h"

namespace bertlet {

namespace {

using Inputs = const std::vector<Tensor>&;

// Sequences of 128 for the benchmark; for the checks four of unequal length, one of them empty.
Spans sequences_of(int64_t rows) {
  if (rows >= 128) return Spans(std::vector<int64_t>(static_cast<std::size_t>(rows / 128), 128));
  return Spans{rows - 3, 0, 1, 2};
}
Spans sequences_of(const Tensor& x) { return sequences_of(x.shape()[0]); }

const std::vector<Shape> rows_large{{1024, 768}};

Case pool_case(const char* note, Pooling pooling, Domain domain = Domain::any) {
  return {"pool",
          {{7, 3}},
          [pooling](Inputs x) { return pool(x[0], sequences_of(x[0]), pooling); },
          domain,
          [pooling](Inputs x) { return spelled_pool(x[0], sequences_of(x[0]), pooling); },
          rows_large,
          note};
}

Case conv_case(int64_t kernel, Ends ends, const std::vector<Shape>& large = {}) {
  return {"conv1d",
          {{8, 3}, {2, 3, kernel}, {2}},
          [ends](Inputs x) { return conv1d(x[0], sequences_of(x[0]), x[1], x[2], ends); },
          Domain::any,
          [ends](Inputs x) { return spelled_conv1d(x[0], sequences_of(x[0]), x[1], x[2], ends); },
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
      return all_of(f(x[0], sequences_of(x[0]), weights_of(x), LstmState{state_of(x, 0), state_of(x, 1)}));
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
    return [f](Inputs x) { return all_of(f(x[0], sequences_of(x[0]), weights_of(x), state_of(x, 0))); };
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

}  // namespace

std::vector<Case> sequence_cases() {
  const auto crf = [](Inputs x) {
    return crf_log_likelihood(x[0], {x[1], x[2], x[3]}, tags_for(x[0]), sequences_of(x[0]));
  };
  const auto spelled = [](Inputs x) {
    return spelled_crf_log_likelihood(x[0], {x[1], x[2], x[3]}, tags_for(x[0]), sequences_of(x[0]));
  };
  return {
      pool_case("first", Pooling::first),
      pool_case("last", Pooling::last),
      pool_case("mean", Pooling::mean),
      pool_case("max", Pooling::max, Domain::distinct),
      pool_case("mean_sqrt", Pooling::mean_sqrt),
      {"attention_pool",
       {{7, 3}, {7}},
       [](Inputs x) { return attention_pool(x[0], x[1], sequences_of(x[0])); },
       Domain::any,
       [](Inputs x) { return spelled_attention_pool(x[0], x[1], sequences_of(x[0])); },
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
      {"crf_log_likelihood", {{7, 3}, {3}, {3}, {3, 3}}, crf, Domain::any, spelled, {{1024, 9}, {9}, {9}, {9, 9}}},
      {"crf_log_likelihood", {{4, 1}, {1}, {1}, {1, 1}}, crf, Domain::any, spelled},
  };
}

}  // namespace bertlet
