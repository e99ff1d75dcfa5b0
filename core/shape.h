#pragma once
#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <limits>
#include <span>

#include "core/real.h"

namespace bertlet {

// The lengths of an array's axes, at most six: Shape{2, 3} is two rows of three, Shape{} a single number.
class Shape {
 public:
  static constexpr int max_rank = 6;
  static constexpr int64_t too_large = std::numeric_limits<int64_t>::max();

  Shape() = default;
  Shape(std::initializer_list<int64_t> axes) : Shape(std::span(axes.begin(), axes.size())) {}
  explicit Shape(std::span<const int64_t> axes);

  int rank() const { return rank_; }
  // How many elements; too_large beyond what 62 bits can count.
  int64_t count() const {
    if (uncountable_ != 0) return too_large;
    const auto n = [this](std::size_t axis) { return static_cast<std::uint64_t>(axes_[axis]); };
    const auto wrapping = (n(0) * n(1)) * (n(2) * n(3)) * (n(4) * n(5));  // beside an empty axis the others may wrap
    return static_cast<int64_t>(wrapping);
  }
  int64_t operator[](int axis) const { return axes_[static_cast<std::size_t>(axis < 0 ? axis + rank_ : axis)]; }

  const int64_t* begin() const { return axes_.data(); }
  const int64_t* end() const { return axes_.data() + rank_; }
  std::span<const int64_t> first(int n) const { return {begin(), static_cast<std::size_t>(n)}; }

  Shape with(int axis, int64_t length) const;  // another length on one axis
  Shape without(int axis) const;               // one axis fewer
  Shape plus(int64_t length) const;            // one more axis, the last

  bool operator==(const Shape& other) const {
    return rank_ == other.rank_ && std::equal(begin(), end(), other.begin());
  }

 private:
  std::array<int64_t, max_rank> axes_{1, 1, 1, 1, 1, 1};  // beyond the rank: 1
  std::int32_t rank_ = 0;
  std::int32_t uncountable_ = 0;  // a bool; no byte of a shape is padding, so that it is copied in whole words
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
