#include <functional>

#include "core/kernels/rows.h"
#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/ops/elementwise.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

using Axes = std::array<bool, Shape::max_rank>;

constexpr int64_t block = 1 << 14;  // elements that are summed in one go

// One pass: `length` in blocks of `rows`, each summed on its own: [outer, length, inner] → [outer, blocks, inner].
void sum_blocks(const real* x, real* y, const Middle& s, int64_t rows) {
  const int64_t blocks = (s.length + rows - 1) / rows;
  const int64_t grain = std::max<int64_t>(1, block / std::max<int64_t>(1, rows * s.inner));
  parallel_for(s.outer * blocks, grain, [&](int64_t begin, int64_t end) {
    if (s.inner == 1 && blocks == 1) return row_kernels().sum(x + begin * s.length, y + begin, end - begin, s.length);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t o = i / blocks, first = i % blocks * rows;
      const int64_t count = std::min(rows, s.length - first);
      const real* from = x + (o * s.length + first) * s.inner;
      if (s.inner == 1)
        row_kernels().sum(from, y + i, 1, count);
      else
        row_kernels().sum_columns(from, y + i * s.inner, count, s.inner);
    }
  });
}

// Sums the middle of [outer, length, inner]; where it is long, by way of the sums of its blocks.
void sum_middle(const char* operation, const real* x, real* y, const Middle& s) {
  const int64_t rows = std::max<int64_t>(16, block / std::max<int64_t>(1, s.inner));
  if (s.length <= rows) return sum_blocks(x, y, s, std::max<int64_t>(1, s.length));
  Array sums({s.outer, (s.length + rows - 1) / rows, s.inner}, operation);
  sum_blocks(x, sums.data(), s, rows);
  sum_middle(operation, sums.data(), y, Middle(sums.shape(), 1));
}

// The last stretch of named axes and what lies around it; they are done with, and of length 1 in `reduced`.
Middle last_stretch(const Shape& shape, Axes& axes, Shape& reduced) {
  const auto named = [&](int axis) -> bool& { return axes[to_size(axis)]; };
  int end = shape.rank();
  while (!named(end - 1)) --end;
  int begin = end;
  while (begin > 0 && named(begin - 1)) {
    named(--begin) = false;
    reduced = reduced.with(begin, 1);
  }
  return {shape, begin, end};
}

Shape dropped(const Shape& shape, const Axes& axes) {
  Shape left = shape;
  for (int axis = shape.rank() - 1; axis >= 0; --axis)
    if (axes[to_size(axis)]) left = left.without(axis);
  return left;
}

Shape of_length_one(const Shape& shape, const Axes& axes) {
  Shape kept = shape;
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (axes[to_size(axis)]) kept = kept.with(axis, 1);
  return kept;
}

Axes all_axes() {
  Axes axes;
  axes.fill(true);
  return axes;
}

template <Name name>
Tensor reduce(const Tensor& x, const Axes& axes, Keep keep, real scale) {
  Array y = summed(name.characters, x.value(), axes);
  const Shape kept = y.shape();
  if (scale != 1) y = scaled(name.characters, scale, y);
  return record<name>(keep == Keep::yes ? y : y.shaped(dropped(x.shape(), axes)), {x},
                      [kept, scale](Array dy, Into dx) {
                        if (scale != 1) dy = scaled(name.characters, scale, dy);
                        dx += expanded(name.characters, dy.shaped(kept), dx.shape());
                      });
}

Tensor mean_over(const Tensor& x, const Axes& axes, Keep keep) {
  double n = 1;  // beside an empty axis, others may be of any length
  for (int axis = 0; axis < x.shape().rank(); ++axis)
    if (axes[to_size(axis)]) n *= static_cast<double>(x.shape()[axis]);
  require(n > 0, "mean: got {}, want at least one element to average", x.shape());
  return reduce<"mean">(x, axes, keep, 1 / static_cast<real>(n));
}

}  // namespace

Array summed(const char* operation, const Array& x, const Axes& axes) {
  Axes left = axes;
  for (int axis = x.shape().rank(); axis < Shape::max_rank; ++axis) left[to_size(axis)] = false;
  if (x.size() == 0) return Array::filled(of_length_one(x.shape(), left), 0, operation);
  Array result = x;
  while (std::ranges::any_of(left, std::identity{})) {
    Shape shape = result.shape();
    const Middle middle = last_stretch(result.shape(), left, shape);
    if (middle.length == 1) {
      result = result.shaped(shape);
    } else {
      Array y(shape, operation);
      sum_middle(operation, result.data(), y.data(), middle);
      result = y;
    }
  }
  return result;
}

Tensor sum(const Tensor& x) { return reduce<"sum">(x, all_axes(), Keep::no, 1); }
Tensor sum(const Tensor& x, int axis, Keep keep) { return sum(x, {axis}, keep); }
Tensor sum(const Tensor& x, std::initializer_list<int> axes, Keep keep) {
  return sum(x, std::span(axes.begin(), axes.size()), keep);
}
Tensor sum(const Tensor& x, std::span<const int> axes, Keep keep) {
  return reduce<"sum">(x, axes_of("sum", x.shape(), axes), keep, 1);
}

Tensor mean(const Tensor& x) { return mean_over(x, all_axes(), Keep::no); }
Tensor mean(const Tensor& x, int axis, Keep keep) { return mean(x, {axis}, keep); }
Tensor mean(const Tensor& x, std::initializer_list<int> axes, Keep keep) {
  return mean(x, std::span(axes.begin(), axes.size()), keep);
}
Tensor mean(const Tensor& x, std::span<const int> axes, Keep keep) {
  return mean_over(x, axes_of("mean", x.shape(), axes), keep);
}

}  // namespace bertlet
