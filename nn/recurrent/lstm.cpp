#include <algorithm>

#include "core/ops.h"
#include "nn/recurrent/kernels.h"
#include "nn/recurrent/recurrent.h"

namespace bertlet {

namespace {

// One direction, and what is kept of it for backward.
struct LstmRun {
  Array weight_ih, weight_hh, bias;
  Array gates;  // i, f, g, o of each row, [N, 4 H]; backward turns them into their gradients
  Array cells;  // [N, H]
};

struct Lstm {
  Recurrence shape;
  Array hidden0, cell0;
  Array results;  // [N + 2 B, width]: each row's hidden state, then the last hidden states, then the last cells
  std::vector<LstmRun> runs = {};

  int64_t rows() const { return shape.spans.rows(); }
  int64_t count() const { return shape.spans.count(); }
  int64_t at(int64_t direction, int64_t row) const { return row * shape.width() + direction * shape.hidden; }

  void forward(const Array& x, std::span<const RecurrentWeights> weights);
  void forward(int64_t direction, const Group& group, const PackedMatrix& weight_hh);
  void backward(const Array& x, const Array& dresults, std::vector<Into> into);
  void backward(int64_t direction, const Group& group, const PackedMatrix& weight_hh, const Array& dresults,
                Array& dhidden, Array& dcell);
  void weights_grad(int64_t direction, const Array& x, const std::vector<Into>& into) const;
};

void Lstm::forward(const Array& x, std::span<const RecurrentWeights> weights) {
  const int64_t h = shape.hidden;
  std::vector<PackedMatrix> packed;
  for (const RecurrentWeights& w : weights) {
    const Array bias = add(w.bias_ih.detached(), w.bias_hh.detached()).value();
    runs.push_back(
        {w.weight_ih.value(), w.weight_hh.value(), bias, Array({rows(), 4 * h}, "lstm"), Array({rows(), h}, "lstm")});
    shape.project(x, runs.back().weight_ih, runs.back().gates.data(), 4 * h);
    packed.emplace_back(Matrix{runs.back().weight_hh.data(), h, 4 * h, h, true});
  }
  shape.for_groups(
      [&](int64_t direction, const Group& group) { forward(direction, group, packed[to_size(direction)]); });
}

void Lstm::forward(int64_t direction, const Group& group, const PackedMatrix& weight_hh) {
  LstmRun& run = runs[to_size(direction)];
  const int64_t h = shape.hidden;
  std::vector<const real*> hidden, cell;
  for (const int64_t i : group) {
    hidden.push_back(shape.state(hidden0, direction, i));
    cell.push_back(shape.state(cell0, direction, i));
  }
  std::vector<real*> gates(group.size());
  std::vector<real> room;
  for (int64_t step = 0; step < shape.steps(group); ++step) {
    const auto active = to_size(shape.active(group, step));
    for (std::size_t k = 0; k < active; ++k) gates[k] = run.gates.data() + shape.row(direction, group[k], step) * 4 * h;
    add_product(std::span(hidden).first(active), weight_hh, gates.data(), room);
    for (std::size_t k = 0; k < active; ++k) {
      const int64_t row = shape.row(direction, group[k], step);
      real *next_cell = run.cells.data() + row * h, *next_hidden = results.data() + at(direction, row);
      recurrent_kernels().lstm(gates[k], run.bias.data(), cell[k], next_cell, next_hidden, h);
      hidden[k] = next_hidden;
      cell[k] = next_cell;
    }
  }
  for (std::size_t k = 0; k < group.size(); ++k) {
    std::copy_n(hidden[k], h, results.data() + at(direction, rows() + group[k]));
    std::copy_n(cell[k], h, results.data() + at(direction, rows() + count() + group[k]));
  }
}

void Lstm::backward(const Array& x, const Array& dresults, std::vector<Into> into) {
  const int64_t h = shape.hidden;
  Array dhidden = dresults.rows(rows(), rows() + count()).clone();
  Array dcell = dresults.rows(rows() + count(), rows() + 2 * count()).clone();
  std::vector<PackedMatrix> packed;
  for (const LstmRun& run : runs) packed.emplace_back(Matrix{run.weight_hh.data(), 4 * h, h, h});
  shape.for_groups([&](int64_t direction, const Group& group) {
    backward(direction, group, packed[to_size(direction)], dresults, dhidden, dcell);
  });
  for (int64_t direction = 0; direction < shape.directions; ++direction) {
    const LstmRun& run = runs[to_size(direction)];
    multiply_into({run.gates.data(), rows(), 4 * h, 4 * h}, {run.weight_ih.data(), 4 * h, shape.in, shape.in}, into[0]);
    weights_grad(direction, x, into);
  }
  std::size_t state = 1 + 4 * runs.size();
  if (hidden0) into[state++] += std::move(dhidden);
  if (cell0) into[state] += std::move(dcell);
}

// From the last step to the first: dhidden and dcell are what the steps after a row want of its state.
void Lstm::backward(int64_t direction, const Group& group, const PackedMatrix& weight_hh, const Array& dresults,
                    Array& dhidden, Array& dcell) {
  LstmRun& run = runs[to_size(direction)];
  const int64_t h = shape.hidden;
  std::vector<const real*> dgates(group.size());
  std::vector<real*> to(group.size());
  std::vector<real> room;
  for (int64_t step = shape.steps(group); step-- > 0;) {
    const auto active = to_size(shape.active(group, step));
    for (std::size_t k = 0; k < active; ++k) {
      const int64_t i = group[k], row = shape.row(direction, i, step);
      const real* cell_before =
          step > 0 ? run.cells.data() + shape.row(direction, i, step - 1) * h : shape.state(cell0, direction, i);
      real* gates = run.gates.data() + row * 4 * h;
      to[k] = dhidden.data() + at(direction, i);
      recurrent_kernels().lstm_grad(dresults.data() + at(direction, row), cell_before, run.cells.data() + row * h,
                                    gates, to[k], dcell.data() + at(direction, i), h);
      dgates[k] = gates;
    }
    add_product(std::span(dgates).first(active), weight_hh, to.data(), room);
  }
}

void Lstm::weights_grad(int64_t direction, const Array& x, const std::vector<Into>& into) const {
  const LstmRun& run = runs[to_size(direction)];
  const int64_t h = shape.hidden;
  WeightsInto to(into, direction);
  const Matrix dgates{run.gates.data(), 4 * h, rows(), 4 * h, true};
  multiply_into(dgates, {x.data(), rows(), shape.in, shape.in}, to.weight_ih);
  if (to.weight_hh) {
    const Array before = shape.hidden_before(results, hidden0, direction);
    multiply_into(dgates, {before.data(), rows(), h, h}, to.weight_hh);
  }
  if (!to.bias_ih && !to.bias_hh) return;
  const Array dbias = summed("lstm", run.gates, {true}).shaped({4 * h});
  to.bias_ih += dbias;
  to.bias_hh += dbias;
}

}  // namespace

LstmResult lstm(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
                const LstmState& initial) {
  Recurrence shape("lstm", 4, x, spans, weights);
  const Array hidden0 = shape.given("lstm", initial.hidden), cell0 = shape.given("lstm", initial.cell);
  const int64_t rows = spans.rows(), count = spans.count();
  Lstm run{shape, hidden0, cell0, Array({rows + 2 * count, shape.width()}, "lstm")};
  run.forward(x.value(), weights);
  const Array results = run.results;
  const Tensor all = record<"lstm">(results, Recurrence::inputs(x, weights, {initial.hidden, initial.cell}),
                                    [run = std::move(run), x = x.value()](Array dy, std::vector<Into> into) mutable {
                                      run.backward(x, dy, std::move(into));
                                    });
  return {slice(all, 0, 0, rows), {slice(all, 0, rows, rows + count), slice(all, 0, rows + count, rows + 2 * count)}};
}

}  // namespace bertlet
