#include <algorithm>
#include <limits>

#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/ops/elementwise.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

// y[o, to + i, :] <- β y + x[o, from + i, :] for i < count
void copy_part(const real* x, int64_t x_length, int64_t from, real* y, int64_t y_length, int64_t to, int64_t count,
               real beta, const Middle& cut) {
  const int64_t run = cut.outer == 0 ? 0 : count * cut.inner;  // beside an empty axis, lengths may be huge
  if (run == 0) return;
  parallel_for(cut.outer, std::max<int64_t>(1, elements_per_block / run), [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o)
      arithmetic().axpby(1, x + (o * x_length + from) * cut.inner, beta, y + (o * y_length + to) * cut.inner, run);
  });
}

Array cut_out(const char* operation, const Array& x, int axis, int64_t begin, int64_t end) {
  if (begin == 0 && end == x.shape()[axis]) return x;
  if (axis == 0) return x.rows(begin, end);
  Array y(x.shape().with(axis, end - begin), operation);
  if (y.size() == 0) return y;
  const Middle cut(x.shape(), axis);
  copy_part(x.data(), cut.length, begin, y.data(), end - begin, 0, end - begin, 0, cut);
  return y;
}

int64_t position(const Shape& shape, int axis, int64_t p) { return p < 0 ? p + shape[axis] : p; }

Shape joined_shape(std::span<const Tensor> parts, int axis) {
  constexpr int64_t longest = std::numeric_limits<int64_t>::max();
  Shape shape = parts[0].shape();
  int64_t length = 0;
  for (const Tensor& part : parts) {
    require(part.shape().rank() == shape.rank() && part.shape().with(axis, shape[axis]) == shape,
            "concat: got {} beside {}, want equal lengths on all axes but {}", part.shape(), shape, axis);
    require(part.shape()[axis] <= longest - length,
            "concat: got parts longer than {} together on axis {}, want a length that can be counted", longest, axis);
    length += part.shape()[axis];
  }
  return shape.with(axis, length);
}

}  // namespace

Tensor reshape(const Tensor& x, std::initializer_list<int64_t> lengths) {
  return reshape(x, std::span(lengths.begin(), lengths.size()));
}

Tensor reshape(const Tensor& x, std::span<const int64_t> lengths) {
  std::vector<int64_t> axes(lengths.begin(), lengths.end());
  const auto open = std::ranges::find(axes, -1);
  if (open == axes.end()) return reshape(x, Shape(std::span<const int64_t>(axes)));
  *open = 1;
  const int64_t rest = Shape(std::span<const int64_t>(axes)).count();
  require(rest > 0 && x.value().size() % rest == 0,
          "reshape: the {} elements of {} do not divide by the {} of the axes given", x.value().size(), x.shape(),
          rest);
  *open = x.value().size() / rest;
  return reshape(x, Shape(std::span<const int64_t>(axes)));
}

Tensor reshape(const Tensor& x, const Shape& shape) {
  return record<"reshape">(x.value().shaped(shape), {x},
                           [](Array dy, Into dx) { dx += std::move(dy).shaped(dx.shape()); });
}

Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end) {
  const Shape shape = x.shape();
  axis = axis_of("slice", shape, axis);
  const int64_t from = position(shape, axis, begin), to = position(shape, axis, end);
  require(0 <= from && from <= to && to <= shape[axis], "slice: got {}…{} on axis {} of {}, want a range within it",
          begin, end, axis, shape);
  return record<"slice">(cut_out("slice", x.value(), axis, from, to), {x}, [axis, from, to](Array dy, Into dx) {
    const Middle cut(dx.shape(), axis);
    const Into::Slot slot = dx.open();
    if (slot.beta == 0) arithmetic().fill(0, slot.data, dx.shape().count());
    copy_part(dy.data(), to - from, 0, slot.data, cut.length, from, to - from, 1, cut);
  });
}

Tensor concat(std::initializer_list<Tensor> parts, int axis) {
  return concat(std::span(parts.begin(), parts.size()), axis);
}

Tensor concat(std::span<const Tensor> parts, int axis) {
  require(!parts.empty(), "concat: got no tensors, want at least one");
  axis = axis_of("concat", parts[0].shape(), axis);
  Array y(joined_shape(parts, axis), "concat");
  const Middle cut(y.shape(), axis);
  std::vector<int64_t> begins{0};
  for (const Tensor& part : parts) {
    const int64_t length = part.shape()[axis];
    if (y.size() > 0) copy_part(part.value().data(), length, 0, y.data(), cut.length, begins.back(), length, 0, cut);
    begins.push_back(begins.back() + length);
  }
  return record<"concat">(y, parts, [axis, begins](Array dy, std::vector<Into> parts_grad) {
    for (std::size_t i = 0; i < parts_grad.size(); ++i)
      if (parts_grad[i]) parts_grad[i] += cut_out("concat", dy, axis, begins[i], begins[i + 1]);
  });
}

Tensor expand(const Tensor& x, const Shape& shape) {
  return record<"expand">(expanded("expand", x.value(), shape), {x},
                          [](Array dy, Into dx) { dx += reduced_to("expand", std::move(dy), dx.shape()); });
}

}  // namespace bertlet
