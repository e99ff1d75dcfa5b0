#include <algorithm>
#include <numeric>
#include <utility>

#include "core/kernels/rows.h"
#include "core/ops.h"
#include "core/ops/elementwise.h"
#include "core/parallel.h"

namespace bertlet {

namespace {

template <class F>
void for_rows(const Array& x, const F& f) {
  const int64_t columns = x.shape()[-1];
  if (x.size() == 0) return;
  parallel_for(x.size() / columns, std::max<int64_t>(1, elements_per_block / columns),
               [&](int64_t begin, int64_t end) { f(begin * columns, end - begin, columns); });
}

using RowMap = decltype(RowKernels::softmax);
using RowGrad = decltype(RowKernels::softmax_grad);

// f over the last axis. The derivative of both softmax and its logarithm is cheapest from the result.
template <Name name>
Tensor over_last_axis(const Tensor& x, RowMap f, RowGrad grad) {
  Array y(x.shape(), name.characters);
  for_rows(y,
           [&](int64_t at, int64_t rows, int64_t columns) { f(x.value().data() + at, y.data() + at, rows, columns); });
  return record<name>(y, {x}, [grad, y](Array dy, Into dx) {
    const real* from = dy.data();
    const Into::Slot to = dx.open(dy);
    for_rows(y, [&](int64_t at, int64_t rows, int64_t columns) {
      grad(from + at, y.data() + at, to.beta, to.data + at, rows, columns);
    });
  });
}

template <Name name>
Tensor over_axis(const Tensor& x, int axis, RowMap f, RowGrad grad) {
  const Shape shape = x.shape();
  axis = axis_of(name.characters, shape, axis);
  if (axis == shape.rank() - 1) return over_last_axis<name>(x, f, grad);
  std::vector<int> order(to_size(shape.rank()));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[to_size(axis)], order.back());
  return permute(over_last_axis<name>(permute(x, order), f, grad), order);
}

}  // namespace

Tensor softmax(const Tensor& x, int axis) {
  return over_axis<"softmax">(x, axis, row_kernels().softmax, row_kernels().softmax_grad);
}

Tensor log_softmax(const Tensor& x, int axis) {
  return over_axis<"log_softmax">(x, axis, row_kernels().log_softmax, row_kernels().log_softmax_grad);
}

}  // namespace bertlet
