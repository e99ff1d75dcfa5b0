#pragma once
#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <span>

#include "core/real.h"

namespace bertlet {

// The lengths of an array's axes, at most six: Shape{2, 3} is two rows of three, Shape{} a single number.
class Shape {
 public:
  static constexpr int max_rank = 6;
  static constexpr int64_t too_large = (int64_t{1} << 60) - 1;

  Shape() = default;
  Shape(std::initializer_list<int64_t> axes) : Shape(std::span(axes.begin(), axes.size())) {}
  explicit Shape(std::span<const int64_t> axes);

  int rank() const { return static_cast<int>(count_and_rank_ & ((1 << rank_bits) - 1)); }
  int64_t count() const { return count_and_rank_ >> rank_bits; }  // of elements; too_large if not fewer than that
  int64_t operator[](int axis) const { return axes_[to_size(axis < 0 ? axis + rank() : axis)]; }

  const int64_t* begin() const { return axes_.data(); }
  const int64_t* end() const { return axes_.data() + rank(); }
  std::span<const int64_t> first(int n) const { return {begin(), to_size(n)}; }

  Shape with(int axis, int64_t length) const;  // another length on one axis
  Shape without(int axis) const;               // one axis fewer
  Shape plus(int64_t length) const;            // one more axis, the last

  bool operator==(const Shape& other) const {
    if (count_and_rank_ != other.count_and_rank_) return false;
    for (std::size_t axis = 0; axis < to_size(rank()); ++axis)
      if (axes_[axis] != other.axes_[axis]) return false;
    return true;
  }

 private:
  static constexpr int rank_bits = 3;

  int64_t count_and_rank_ = 1 << rank_bits;  // in one word, by which most shapes that differ are told apart
  std::array<int64_t, max_rank> axes_{};
};

// An array seen as [outer, length, inner]: the axes begin … end − 1 as one, with what stands before and behind them.
struct Middle {
  Middle(const Shape& shape, int begin, int end);
  Middle(const Shape& shape, int axis) : Middle(shape, axis, axis + 1) {}

  int64_t outer, length, inner;
};

// An axis named from the front (0, 1, …) or from the end (−1, −2, …), as an index from the front.
int axis_of(const char* operation, const Shape& shape, int axis);

// Several axes at once; each may be named once.
std::array<bool, Shape::max_rank> axes_of(const char* operation, const Shape& shape, std::span<const int> axes);

}  // namespace bertlet

template <>
struct fmt::formatter<bertlet::Shape> : fmt::formatter<std::string_view> {
  fmt::format_context::iterator format(const bertlet::Shape& shape, fmt::format_context& context) const;
};
