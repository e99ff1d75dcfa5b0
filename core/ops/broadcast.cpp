#include "core/ops/broadcast.h"

#include <algorithm>

#include "core/kernels/arithmetic.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet {

namespace {

// The length of `shape` on an axis counted from the end; 1 where it has none.
int64_t length_from_end(const Shape& shape, int axis) { return axis < shape.rank() ? shape[-1 - axis] : 1; }

}  // namespace

Shape broadcast(const char* operation, const Shape& a, const Shape& b) {
  if (a == b) return a;
  const int rank = std::max(a.rank(), b.rank());
  std::array<int64_t, Shape::max_rank> axes{};
  for (int axis = 0; axis < rank; ++axis) {
    const int64_t of_a = length_from_end(a, axis), of_b = length_from_end(b, axis);
    require(of_a == of_b || of_a == 1 || of_b == 1,
            "{}: {} and {} do not broadcast — counted from the end, axis {} is {} and {}", operation, a, b, axis, of_a,
            of_b);
    axes[to_size(rank - 1 - axis)] = of_a == 1 ? of_b : of_a;
  }
  return Shape(std::span(axes).first(to_size(rank)));
}

template <std::size_t K>
Walk<K>::Walk(const Shape& result, const std::array<const Shape*, K>& operands) {
  if (std::ranges::all_of(operands, [&](const Shape* operand) { return *operand == result; })) {
    length_[0] = result.count();
    stride_[0].fill(1);
    rank_ = 1;
    return;
  }
  // From the last axis to the first; an axis joins the one inside it where all operands step through both as one.
  if (result.count() == 0) runs_ = 0;
  Offsets size{};
  size.fill(1);
  for (int axis = 0; axis < result.rank() && runs_ > 0; ++axis) {
    const int64_t length = result[-1 - axis];
    if (length == 1) continue;
    Offsets stride{};
    for (std::size_t k = 0; k < K; ++k) {
      const int64_t own = length_from_end(*operands[k], axis);
      stride[k] = own == 1 ? 0 : size[k];
      size[k] *= own;
    }
    if (rank_ > 0 && merges(rank_ - 1, stride, length_[rank_ - 1])) {
      length_[rank_ - 1] *= length;
    } else {
      length_[rank_] = length;
      stride_[rank_++] = stride;
    }
  }
  if (rank_ == 0) {
    length_[0] = 1;
    stride_[0].fill(0);
    rank_ = 1;
  }
  std::reverse(length_.begin(), length_.begin() + static_cast<std::ptrdiff_t>(rank_));
  std::reverse(stride_.begin(), stride_.begin() + static_cast<std::ptrdiff_t>(rank_));
  for (std::size_t axis = 0; axis + 1 < rank_; ++axis) runs_ *= length_[axis];
}

template <std::size_t K>
bool Walk<K>::merges(std::size_t axis, const Offsets& stride, int64_t length) const {
  for (std::size_t k = 0; k < K; ++k)
    if (stride[k] != stride_[axis][k] * length) return false;
  return true;
}

template <std::size_t K>
typename Walk<K>::Offsets Walk<K>::offsets(int64_t run) const {
  Offsets at{};
  for (std::size_t axis = rank_ - 1; axis-- > 0; run /= length_[axis])
    for (std::size_t k = 0; k < K; ++k) at[k] += run % length_[axis] * stride_[axis][k];
  return at;
}

template class Walk<1>;
template class Walk<2>;
template class Walk<3>;

Array expanded(const char* operation, const Array& a, const Shape& shape) {
  require(broadcast(operation, a.shape(), shape) == shape, "{}: {} does not broadcast to {}", operation, a.shape(),
          shape);
  if (a.shape() == shape) return a;
  Array y(shape, operation);
  const Walk<1> walk(shape, {&a.shape()});
  for_pieces(walk, 1 << 14, [&](const auto& at, int64_t to, int64_t n) {
    if (walk.step(0) == 0)
      arithmetic().fill(a[at[0]], y.data() + to, n);
    else
      std::copy_n(a.data() + at[0], n, y.data() + to);
  });
  return y;
}

Array reduced_to(const char* operation, Array a, const Shape& shape) {
  if (a.shape() == shape) return a;
  std::array<bool, Shape::max_rank> repeated{};
  const int rank = a.shape().rank();
  for (int axis = 0; axis < rank; ++axis) repeated[to_size(rank - 1 - axis)] = length_from_end(shape, axis) == 1;
  return summed(operation, a, repeated).shaped(shape);
}

}  // namespace bertlet
