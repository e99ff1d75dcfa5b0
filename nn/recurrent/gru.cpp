#include <algorithm>

#include "core/ops.h"
#include "nn/recurrent/kernels.h"
#include "nn/recurrent/recurrent.h"

namespace bertlet {

namespace {

// One direction, and what is kept of it for backward.
struct GruRun {
  Array weight_ih, weight_hh, bias_ih, bias_hh;
  Array gates;  // r, z, n, q of each row, [N, 4 H], where q is W' h + b' of n; backward turns them into their gradients
};

struct Gru {
  Recurrence shape;
  Array hidden0;
  Array results;  // [N + B, width]: each row's hidden state, then the last ones
  std::vector<GruRun> runs = {};

  int64_t rows() const { return shape.spans.rows(); }
  int64_t count() const { return shape.spans.count(); }
  int64_t at(int64_t direction, int64_t row) const { return row * shape.width() + direction * shape.hidden; }

  void forward(const Array& x, std::span<const RecurrentWeights> weights);
  void forward(int64_t direction, const Group& group, const PackedMatrix& weight_hh,
               const std::vector<real*>& recurrent);
  void backward(const Array& x, const Array& dresults, std::vector<Into> into);
  void backward(int64_t direction, const Group& group, const PackedMatrix& weight_hh, const Array& dresults,
                const std::vector<real*>& slopes, Array& dhidden);
  void weights_grad(int64_t direction, const Array& x, const std::vector<Into>& into) const;
  void weight_hh_grad(int64_t direction, Into into) const;
};

// What meets weight_hh, or comes from it: a row of [3 H] for each direction and sequence, of which these are a group's.
std::vector<real*> rows_of(Array& recurrent, int64_t direction, const Group& group) {
  std::vector<real*> rows;
  for (const int64_t i : group)
    rows.push_back(&recurrent[(direction * recurrent.shape()[1] + i) * recurrent.shape()[2]]);
  return rows;
}

void Gru::forward(const Array& x, std::span<const RecurrentWeights> weights) {
  const int64_t h = shape.hidden;
  std::vector<PackedMatrix> packed;
  for (const RecurrentWeights& w : weights) {
    runs.push_back({w.weight_ih.value(), w.weight_hh.value(), w.bias_ih.value(), w.bias_hh.value(),
                    Array({rows(), 4 * h}, "gru")});
    shape.project(x, runs.back().weight_ih, runs.back().gates.data(), 4 * h);
    packed.emplace_back(Matrix{runs.back().weight_hh.data(), h, 3 * h, h, true});
  }
  Array recurrent({shape.directions, count(), 3 * h}, "gru");
  shape.for_groups([&](int64_t direction, const Group& group) {
    forward(direction, group, packed[to_size(direction)], rows_of(recurrent, direction, group));
  });
}

void Gru::forward(int64_t direction, const Group& group, const PackedMatrix& weight_hh,
                  const std::vector<real*>& recurrent) {
  GruRun& run = runs[to_size(direction)];
  const int64_t h = shape.hidden;
  std::vector<const real*> hidden;
  for (const int64_t i : group) hidden.push_back(shape.state(hidden0, direction, i));
  std::vector<real> room;
  for (int64_t step = 0; step < shape.steps(group); ++step) {
    const auto active = to_size(shape.active(group, step));
    for (std::size_t k = 0; k < active; ++k) std::fill_n(recurrent[k], 3 * h, real{0});
    add_product(std::span(hidden).first(active), weight_hh, recurrent.data(), room);
    for (std::size_t k = 0; k < active; ++k) {
      const int64_t row = shape.row(direction, group[k], step);
      real* next = results.data() + at(direction, row);
      recurrent_kernels().gru(run.gates.data() + row * 4 * h, recurrent[k], run.bias_ih.data(), run.bias_hh.data(),
                              hidden[k], next, h);
      hidden[k] = next;
    }
  }
  for (std::size_t k = 0; k < group.size(); ++k)
    std::copy_n(hidden[k], h, results.data() + at(direction, rows() + group[k]));
}

void Gru::backward(const Array& x, const Array& dresults, std::vector<Into> into) {
  const int64_t h = shape.hidden;
  Array dhidden = dresults.rows(rows(), rows() + count()).clone();
  std::vector<PackedMatrix> packed;
  for (const GruRun& run : runs) packed.emplace_back(Matrix{run.weight_hh.data(), 3 * h, h, h});
  Array recurrent({shape.directions, count(), 3 * h}, "gru");
  shape.for_groups([&](int64_t direction, const Group& group) {
    backward(direction, group, packed[to_size(direction)], dresults, rows_of(recurrent, direction, group), dhidden);
  });
  for (int64_t direction = 0; direction < shape.directions; ++direction) {
    const GruRun& run = runs[to_size(direction)];
    multiply_into({run.gates.data(), rows(), 3 * h, 4 * h}, {run.weight_ih.data(), 3 * h, shape.in, shape.in}, into[0]);
    weights_grad(direction, x, into);
  }
  if (hidden0) into[1 + 4 * runs.size()] += std::move(dhidden);
}

// From the last step to the first: dhidden is what the steps after a row want of its state.
void Gru::backward(int64_t direction, const Group& group, const PackedMatrix& weight_hh, const Array& dresults,
                   const std::vector<real*>& slopes, Array& dhidden) {
  GruRun& run = runs[to_size(direction)];
  const int64_t h = shape.hidden;
  const std::vector<const real*> from(slopes.begin(), slopes.end());
  std::vector<real*> to;
  for (const int64_t i : group) to.push_back(dhidden.data() + at(direction, i));
  std::vector<real> room;
  for (int64_t step = shape.steps(group); step-- > 0;) {
    const auto active = to_size(shape.active(group, step));
    for (std::size_t k = 0; k < active; ++k) {
      const int64_t i = group[k], row = shape.row(direction, i, step);
      const real* before = step > 0 ? results.data() + at(direction, shape.row(direction, i, step - 1))
                                    : shape.state(hidden0, direction, i);
      recurrent_kernels().gru_grad(dresults.data() + at(direction, row), before, run.gates.data() + row * 4 * h,
                                   slopes[k], to[k], h);
    }
    add_product(std::span(from).first(active), weight_hh, to.data(), room);
  }
}

void Gru::weights_grad(int64_t direction, const Array& x, const std::vector<Into>& into) const {
  const GruRun& run = runs[to_size(direction)];
  const int64_t h = shape.hidden;
  WeightsInto to(into, direction);
  multiply_into({run.gates.data(), 3 * h, rows(), 4 * h, true}, {x.data(), rows(), shape.in, shape.in}, to.weight_ih);
  if (to.weight_hh) weight_hh_grad(direction, to.weight_hh);
  if (!to.bias_ih && !to.bias_hh) return;
  Array dbias = summed("gru", run.gates, {true}).shaped({4 * h});
  to.bias_ih += dbias.rows(0, 3 * h);
  std::copy_n(dbias.data() + 3 * h, h, dbias.data() + 2 * h);  // q's in the place of n's
  to.bias_hh += dbias.rows(0, 3 * h);
}

// The rows for r and z, then those for n, which get q's gradient.
void Gru::weight_hh_grad(int64_t direction, Into into) const {
  const real* gates = runs[to_size(direction)].gates.data();
  const int64_t h = shape.hidden;
  const Array before = shape.hidden_before(results, hidden0, direction);
  const Matrix states{before.data(), rows(), h, h};
  const Into::Slot to = into.open();
  product({gates, 2 * h, rows(), 4 * h, true}, states, to.beta, to.data, h);
  product({gates + 3 * h, h, rows(), 4 * h, true}, states, to.beta, to.data + 2 * h * h, h);
}

}  // namespace

GruResult gru(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights, const Tensor& initial) {
  Recurrence shape("gru", 3, x, spans, weights);
  const Array hidden0 = shape.given("gru", initial);
  const int64_t rows = spans.rows(), count = spans.count();
  Gru run{shape, hidden0, Array({rows + count, shape.width()}, "gru")};
  run.forward(x.value(), weights);
  const Array results = run.results;
  const Tensor all = record<"gru">(results, Recurrence::inputs(x, weights, {initial}),
                                   [run = std::move(run), x = x.value()](Array dy, std::vector<Into> into) mutable {
                                     run.backward(x, dy, std::move(into));
                                   });
  return {slice(all, 0, 0, rows), slice(all, 0, rows, rows + count)};
}

}  // namespace bertlet
