#include "nn/recurrent/recurrence.h"

#include <algorithm>
#include <numeric>

#include "core/kernels/arithmetic.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t most_together = 8;  // sequences in a group: enough to make use of weights once they are loaded

void check(const char* operation, const RecurrentWeights& w, const Shape& ih, const Shape& hh) {
  const Shape bias{ih[0]};
  require(
      w.weight_ih.shape() == ih && w.weight_hh.shape() == hh && w.bias_ih.shape() == bias && w.bias_hh.shape() == bias,
      "{}: got weights {}, {} and biases {}, {}, want {}, {} and twice {}", operation, w.weight_ih.shape(),
      w.weight_hh.shape(), w.bias_ih.shape(), w.bias_hh.shape(), ih, hh, bias);
}

}  // namespace

Recurrence::Recurrence(const char* operation, int64_t gates, const Tensor& x, const Spans& the_spans,
                       std::span<const RecurrentWeights> weights)
    : spans(the_spans), directions(static_cast<int64_t>(weights.size())) {
  require(directions == 1 || directions == 2, "{}: got weights for {} directions, want 1 or 2", operation, directions);
  require(x.shape().rank() == 2 && x.shape()[0] == spans.rows(),
          "{}: got {} for sequences of {} rows together, want [{}, columns]", operation, x.shape(), spans.rows(),
          spans.rows());
  require(weights[0].weight_hh.shape().rank() == 2, "{}: got weight_hh {}, want [{} · hidden, hidden]", operation,
          weights[0].weight_hh.shape(), gates);
  in = x.shape()[1];
  hidden = weights[0].weight_hh.shape()[1];
  for (const RecurrentWeights& w : weights) check(operation, w, {gates * hidden, in}, {gates * hidden, hidden});
  zeros_ = Array::filled({hidden}, 0, operation);
}

int64_t Recurrence::active(const Group& group, int64_t step) const {
  const auto ends = std::ranges::partition_point(group, [&](int64_t i) { return spans.length(i) > step; });
  return ends - group.begin();
}

void Recurrence::for_groups(const std::function<void(int64_t, const Group&)>& f) const {
  Group order(to_size(spans.count()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](int64_t i) { return spans.length(i); });
  const int64_t size = std::clamp<int64_t>((directions * spans.count() + threads() - 1) / threads(), 1, most_together);
  const int64_t groups = (spans.count() + size - 1) / size;
  parallel_for(groups * directions, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto first = order.begin() + i / directions * size;
      f(i % directions, Group(first, first + std::min(size, order.end() - first)));
    }
  });
}

const real* Recurrence::state(const Array& states, int64_t direction, int64_t sequence) const {
  return states ? states.data() + sequence * width() + direction * hidden : zeros_.data();
}

Array Recurrence::hidden_before(const Array& results, const Array& initial, int64_t direction) const {
  Array y({spans.rows(), hidden}, "hidden_before");
  parallel_for(spans.count(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const real* before = state(initial, direction, i);
      for (int64_t step = 0; step < spans.length(i); ++step) {
        const int64_t at = row(direction, i, step);
        std::copy_n(before, hidden, y.data() + at * hidden);
        before = results.data() + at * width() + direction * hidden;
      }
    }
  });
  return y;
}

Array Recurrence::given(const char* operation, const Tensor& state) const {
  if (!state) return {};
  const Shape want{spans.count(), width()};
  require(state.shape() == want, "{}: got an initial state {}, want {}", operation, state.shape(), want);
  return state.value();
}

void Recurrence::project(const Array& x, const Array& weight_ih, real* gates, int64_t stride) const {
  product({x.data(), spans.rows(), in, in}, {weight_ih.data(), in, weight_ih.shape()[0], in, true}, 0, gates, stride);
}

std::vector<Tensor> Recurrence::inputs(const Tensor& x, std::span<const RecurrentWeights> weights,
                                       std::initializer_list<Tensor> states) {
  std::vector<Tensor> all{x};
  for (const RecurrentWeights& w : weights) all.insert(all.end(), {w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh});
  for (const Tensor& state : states)
    if (state) all.push_back(state);
  return all;
}

WeightsInto::WeightsInto(const std::vector<Into>& into, int64_t direction) {
  const auto at = into.begin() + 1 + 4 * direction;
  weight_ih = at[0];
  weight_hh = at[1];
  bias_ih = at[2];
  bias_hh = at[3];
}

void add_product(std::span<const real* const> a, const PackedMatrix& b, real* const* y, std::vector<real>& room) {
  const auto rows = static_cast<int64_t>(a.size());
  room.resize(to_size(rows * (b.rows() + b.cols())));
  real *from = room.data(), *to = from + rows * b.rows();
  for (int64_t i = 0; i < rows; ++i) std::copy_n(a[to_size(i)], b.rows(), from + i * b.rows());
  product({from, rows, b.rows(), b.rows()}, b, 0, to, b.cols());
  for (int64_t i = 0; i < rows; ++i) arithmetic().axpby(1, to + i * b.cols(), 1, y[i], b.cols());
}

void multiply_into(const Matrix& a, const Matrix& b, Into g) {
  if (!g) return;
  const Into::Slot to = g.open();
  product(a, b, to.beta, to.data, b.cols);
}

}  // namespace bertlet
