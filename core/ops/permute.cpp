#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "core/ops.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

// One axis of the result: its length, and how far a step along it moves in x and in y.
struct Loop {
  int64_t length, x_step, y_step;
};

int64_t step_of(const Shape& shape, int axis) {
  return Shape(std::span(shape.begin() + axis + 1, shape.end())).count();
}

// The axes of the result, outermost first, where neighbours that stay neighbours are one and length 1 is left out.
std::vector<Loop> loops_of(const Shape& x, const Shape& y, std::span<const int> axes) {
  std::vector<Loop> loops;
  for (int i = 0; i < y.rank(); ++i) {
    const Loop loop{y[i], step_of(x, axes[to_size(i)]), step_of(y, i)};
    if (loop.length == 1) continue;
    if (!loops.empty() && loops.back().x_step == loop.x_step * loop.length)
      loops.back() = {loops.back().length * loop.length, loop.x_step, loop.y_step};
    else
      loops.push_back(loop);
  }
  return loops;
}

// Where the i-th pass through the outer loops stands, and those after it.
class Place {
 public:
  Place(std::span<const Loop> outer, int64_t i) : outer_(outer) {
    for (std::size_t k = outer.size(); k-- > 0; i /= outer[k].length) {
      pass_[k] = i % outer[k].length;
      move(outer[k], pass_[k]);
    }
  }

  int64_t x() const { return x_; }
  int64_t y() const { return y_; }

  void next() {
    for (std::size_t k = outer_.size(); k-- > 0;) {
      move(outer_[k], 1);
      if (++pass_[k] < outer_[k].length) return;
      move(outer_[k], -std::exchange(pass_[k], 0));
    }
  }

 private:
  void move(const Loop& loop, int64_t steps) {
    x_ += steps * loop.x_step;
    y_ += steps * loop.y_step;
  }

  std::span<const Loop> outer_;
  std::array<int64_t, Shape::max_rank> pass_{};
  int64_t x_ = 0, y_ = 0;
};

constexpr int64_t tile = 32;  // a tile of both sides stays in the first cache

// y[c, r] = x[r, c], where r is the axis that is contiguous in y and c the one contiguous in x.
void transpose_tile(const real* x, int64_t x_step, real* y, int64_t y_step, int64_t rows, int64_t columns) {
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t r = 0; r < rows; ++r) y[c * y_step + r] = x[r * x_step + c];
}

void transpose_block(const real* x, real* y, const Loop& row, const Loop& column, int64_t first_column) {
  const int64_t columns = std::min(tile, column.length - first_column);
  for (int64_t r = 0; r < row.length; r += tile)
    transpose_tile(x + first_column + r * row.x_step, row.x_step, y + first_column * column.y_step + r, column.y_step,
                   std::min(tile, row.length - r), columns);
}

// The last axis moved: some other loop is the one that is contiguous in x.
void copy_transposed(const real* x, real* y, std::vector<Loop> loops) {
  const Loop row = loops.back();
  loops.pop_back();
  const auto contiguous = std::ranges::find(loops, 1, &Loop::x_step);
  const Loop column = *contiguous;
  loops.erase(contiguous);
  int64_t passes = 1;
  for (const Loop& loop : loops) passes *= loop.length;
  const int64_t blocks = (column.length + tile - 1) / tile;
  parallel_for(passes * blocks, std::max<int64_t>(1, (1 << 14) / (row.length * tile)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Place at(loops, i / blocks);
      transpose_block(x + at.x(), y + at.y(), row, column, i % blocks * tile);
    }
  });
}

void copy_runs(const real* x, real* y, std::vector<Loop> loops) {
  const int64_t run = loops.back().length;
  loops.pop_back();
  int64_t passes = 1;
  for (const Loop& loop : loops) passes *= loop.length;
  parallel_for(passes, std::max<int64_t>(1, (1 << 14) / run), [&](int64_t begin, int64_t end) {
    Place at(loops, begin);
    for (int64_t i = begin; i < end; ++i, at.next()) std::copy_n(x + at.x(), run, y + at.y());
  });
}

std::vector<int> order_with_last(int rank, int axis) {
  std::vector<int> axes(to_size(rank));
  std::iota(axes.begin(), axes.end(), 0);
  std::rotate(axes.begin() + axis, axes.begin() + axis + 1, axes.end());
  return axes;
}

std::vector<int> inverse(std::span<const int> axes) {
  std::vector<int> back(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) back[to_size(axes[i])] = static_cast<int>(i);
  return back;
}

}  // namespace

Array permuted(const char* operation, const Array& x, std::span<const int> axes) {
  std::vector<int64_t> lengths;
  for (const int axis : axes) lengths.push_back(x.shape()[axis]);
  const Shape shape{std::span<const int64_t>(lengths)};
  if (x.size() == 0) return x.shaped(shape);
  const std::vector<Loop> loops = loops_of(x.shape(), shape, axes);
  if (loops.size() <= 1) return x.shaped(shape);
  Array y(shape, operation);
  if (loops.back().x_step == 1)
    copy_runs(x.data(), y.data(), loops);
  else
    copy_transposed(x.data(), y.data(), loops);
  return y;
}

Array with_axis_last(const char* operation, const Array& x, int axis) {
  return permuted(operation, x, order_with_last(x.shape().rank(), axis));
}

Array with_last_axis_at(const char* operation, const Array& x, int axis) {
  return permuted(operation, x, inverse(order_with_last(x.shape().rank(), axis)));
}

Tensor permute(const Tensor& x, std::initializer_list<int> axes) {
  return permute(x, std::span(axes.begin(), axes.size()));
}

Tensor permute(const Tensor& x, std::span<const int> axes) {
  require(static_cast<int>(axes.size()) == x.shape().rank(), "permute: got {} axes for {}, want each axis once",
          axes.size(), x.shape());
  axes_of("permute", x.shape(), axes);
  std::vector<int> order;
  for (const int axis : axes) order.push_back(axis_of("permute", x.shape(), axis));
  return record<"permute">(permuted("permute", x.value(), order), {x},
                           [back = inverse(order)](Array dy, Into dx) { dx += permuted("permute", dy, back); });
}

Tensor transpose(const Tensor& x) {
  const int rank = x.shape().rank();
  require(rank >= 2, "transpose: got {}, want at least two axes", x.shape());
  std::vector<int> axes(to_size(rank));
  std::iota(axes.begin(), axes.end(), 0);
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return permute(x, axes);
}

}  // namespace bertlet
