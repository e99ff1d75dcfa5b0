#include "core/shape.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet {

namespace {

// A zero-length axis makes the count 0 however long the others are.
int64_t counted(std::span<const int64_t> axes) {
  if (std::ranges::find(axes, 0) != axes.end()) return 0;
  int64_t count = 1;
  for (const int64_t length : axes)
    if (__builtin_mul_overflow(count, length, &count) || count > Shape::too_large) return Shape::too_large;
  return count;
}

}  // namespace

Shape::Shape(std::span<const int64_t> axes) {
  require(axes.size() <= max_rank, "Shape: got {} axes, want at most {}", axes.size(), max_rank);
  std::ranges::copy(axes, axes_.begin());
  count_and_rank_ = static_cast<int64_t>(axes.size());  // for the message
  const bool valid = std::ranges::all_of(axes, [](int64_t length) { return length >= 0; });
  require(valid, "Shape: got {}, want no negative length", *this);
  count_and_rank_ += counted(axes) << rank_bits;
}

Shape Shape::with(int axis, int64_t length) const {
  auto axes = axes_;
  axes[to_size(axis < 0 ? axis + rank() : axis)] = length;
  return Shape(std::span(axes).first(to_size(rank())));
}

Shape Shape::without(int axis) const {
  auto axes = axes_;
  std::copy(axes.begin() + axis + 1, axes.begin() + rank(), axes.begin() + axis);
  return Shape(std::span(axes).first(to_size(rank() - 1)));
}

Shape Shape::plus(int64_t length) const {
  require(rank() < max_rank, "Shape: {} cannot take another axis, {} is the most", *this, max_rank);
  auto axes = axes_;
  axes[to_size(rank())] = length;
  return Shape(std::span(axes).first(to_size(rank() + 1)));
}

Middle::Middle(const Shape& shape, int begin, int end) {
  const auto count = [&](int first, int last) {
    return Shape(std::span(shape.begin() + first, shape.begin() + last)).count();
  };
  outer = count(0, begin);
  length = count(begin, end);
  inner = count(end, shape.rank());
}

int axis_of(const char* operation, const Shape& shape, int axis) {
  const int rank = shape.rank();
  require(-rank <= axis && axis < rank, "{}: got axis {}, want one of the {} axes of {}", operation, axis, rank, shape);
  return axis < 0 ? axis + rank : axis;
}

std::array<bool, Shape::max_rank> axes_of(const char* operation, const Shape& shape, std::span<const int> axes) {
  std::array<bool, Shape::max_rank> named{};
  for (const int axis : axes) {
    bool& seen = named[to_size(axis_of(operation, shape, axis))];
    require(!seen, "{}: got axis {} twice", operation, axis);
    seen = true;
  }
  return named;
}

}  // namespace bertlet

fmt::format_context::iterator fmt::formatter<bertlet::Shape>::format(const bertlet::Shape& shape,
                                                                     fmt::format_context& context) const {
  std::string axes;
  for (const int64_t axis : shape) axes += (axes.empty() ? "" : ", ") + std::to_string(axis);
  return std::ranges::copy("[" + axes + "]", context.out()).out;
}
