#include "nn/recurrent/twin.h"

#include "core/ops.h"
#include "nn/cases.h"

namespace bertlet {

namespace {

Tensor row(const Tensor& x, int64_t i) { return slice(x, 0, i, i + 1); }

Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return matmul(x, weight, {.transpose_b = true}) + bias;
}

// The i-th of some gates side by side.
Tensor gate(const Tensor& gates, int64_t i, int64_t h) { return slice(gates, 1, i * h, (i + 1) * h); }

LstmState lstm_step(const Tensor& x, const LstmState& before, const RecurrentWeights& w) {
  const int64_t h = before.hidden.shape()[1];
  const Tensor gates = affine(x, w.weight_ih, w.bias_ih) + affine(before.hidden, w.weight_hh, w.bias_hh);
  const Tensor i = sigmoid(gate(gates, 0, h)), f = sigmoid(gate(gates, 1, h)), g = tanh(gate(gates, 2, h)),
               o = sigmoid(gate(gates, 3, h));
  const Tensor cell = f * before.cell + i * g;
  return {o * tanh(cell), cell};
}

Tensor gru_step(const Tensor& x, const Tensor& before, const RecurrentWeights& w) {
  const int64_t h = before.shape()[1];
  const Tensor a = affine(x, w.weight_ih, w.bias_ih), b = affine(before, w.weight_hh, w.bias_hh);
  const Tensor r = sigmoid(gate(a, 0, h) + gate(b, 0, h)), z = sigmoid(gate(a, 1, h) + gate(b, 1, h));
  const Tensor n = tanh(gate(a, 2, h) + r * gate(b, 2, h));
  return (1 - z) * n + z * before;
}

// The part of a state [B, directions · H] that belongs to one sequence and direction.
Tensor part(const Tensor& states, int64_t sequence, int64_t direction, int64_t h) {
  return states ? gate(row(states, sequence), direction, h) : Tensor(Array::filled({1, h}, 0));
}

// What one sequence gives in one direction: a hidden state for each row, and the last state.
template <class State>
struct Reading {
  std::vector<Tensor> rows;
  State last;
};

template <class State, class Step, class Hidden>
Reading<State> read(const Tensor& x, const Spans& spans, int64_t sequence, int64_t direction, State state,
                    const Step& step, const Hidden& hidden) {
  const int64_t length = spans.length(sequence);
  std::vector<Tensor> rows(to_size(length));
  for (int64_t t = 0; t < length; ++t) {
    const int64_t at = direction == 0 ? t : length - 1 - t;
    state = step(row(x, spans.begin(sequence) + at), state);
    rows[to_size(at)] = hidden(state);
  }
  return {rows, state};
}

}  // namespace

LstmResult spelled_lstm(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
                        const LstmState& initial) {
  std::vector<Tensor> outputs, hiddens, cells;
  for (std::size_t direction = 0; direction < weights.size(); ++direction) {
    const RecurrentWeights& w = weights[direction];
    const int64_t h = w.weight_hh.shape()[1], d = static_cast<int64_t>(direction);
    std::vector<Tensor> rows, hidden, cell;
    for (int64_t i = 0; i < spans.count(); ++i) {
      const auto reading = read(
          x, spans, i, d, LstmState{part(initial.hidden, i, d, h), part(initial.cell, i, d, h)},
          [&](const Tensor& input, const LstmState& s) { return lstm_step(input, s, w); },
          [](const LstmState& s) { return s.hidden; });
      rows.insert(rows.end(), reading.rows.begin(), reading.rows.end());
      hidden.push_back(reading.last.hidden);
      cell.push_back(reading.last.cell);
    }
    outputs.push_back(concat(rows, 0));
    hiddens.push_back(concat(hidden, 0));
    cells.push_back(concat(cell, 0));
  }
  return {concat(outputs, 1), {concat(hiddens, 1), concat(cells, 1)}};
}

GruResult spelled_gru(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
                      const Tensor& initial) {
  std::vector<Tensor> outputs, lasts;
  for (std::size_t direction = 0; direction < weights.size(); ++direction) {
    const RecurrentWeights& w = weights[direction];
    const int64_t h = w.weight_hh.shape()[1], d = static_cast<int64_t>(direction);
    std::vector<Tensor> rows, last;
    for (int64_t i = 0; i < spans.count(); ++i) {
      const auto reading = read(
          x, spans, i, d, part(initial, i, d, h),
          [&](const Tensor& input, const Tensor& s) { return gru_step(input, s, w); },
          [](const Tensor& s) { return s; });
      rows.insert(rows.end(), reading.rows.begin(), reading.rows.end());
      last.push_back(reading.last);
    }
    outputs.push_back(concat(rows, 0));
    lasts.push_back(concat(last, 0));
  }
  return {concat(outputs, 1), concat(lasts, 1)};
}

// --- the cases ------------------------------------------------------------------------------------------------------

namespace {

using Inputs = const std::vector<Tensor>&;

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

// What an LSTM, fused or spelled out, gives for a case's inputs.
template <class F>
TensorFunction lstm_of(F recurrent) {
  return [recurrent](Inputs x) {
    return all_of(recurrent(x[0], case_sequences(x[0]), weights_of(x), LstmState{state_of(x, 0), state_of(x, 1)}));
  };
}

template <class F>
TensorFunction gru_of(F recurrent) {
  return [recurrent](Inputs x) { return all_of(recurrent(x[0], case_sequences(x[0]), weights_of(x), state_of(x, 0))); };
}

struct RecurrentOperation {
  const char* operation;
  int64_t gates;
  int states;  // that go from step to step
  TensorFunction fused, spelled;
};

Case recurrent_case(const RecurrentOperation& r, int directions, int states, const std::vector<Shape>& large = {}) {
  const std::string note = directions == 2 ? "two directions" : "one direction";
  return {r.operation,
          recurrent_shapes(7, r.gates, 3, 2, directions, states),
          r.fused,
          Domain::any,
          r.spelled,
          large,
          note + (states > 0 ? ", initial state" : "")};
}

}  // namespace

std::vector<Case> recurrent_cases() {
  std::vector<Case> cases;
  for (const RecurrentOperation& r : {RecurrentOperation{"lstm", 4, 2, lstm_of(lstm), lstm_of(spelled_lstm)},
                                      RecurrentOperation{"gru", 3, 1, gru_of(gru), gru_of(spelled_gru)}}) {
    cases.push_back(recurrent_case(r, 1, 0));
    cases.push_back(recurrent_case(r, 1, r.states));
    cases.push_back(recurrent_case(r, 2, 0, recurrent_shapes(1024, r.gates, 768, 384, 2, 0)));
  }
  return cases;
}

}  // namespace bertlet
