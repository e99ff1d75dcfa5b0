#include <algorithm>

#include "core/kernels/rows.h"
#include "core/ops.h"
#include "core/ops/elementwise.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

// The maximum of each row of x[rows, columns] and the column of its first occurrence.
void row_maxima(const Array& x, int64_t columns, Array& y, std::vector<int64_t>& where) {
  const int64_t grain = std::max<int64_t>(1, elements_per_block / columns);
  parallel_for(y.size(), grain, [&](int64_t begin, int64_t end) {
    row_kernels().max(x.data() + begin * columns, y.data() + begin, where.data() + begin, end - begin, columns);
  });
}

}  // namespace

Tensor max(const Tensor& x) { return max(reshape(x, {-1}), 0); }

Tensor max(const Tensor& x, int axis, Keep keep) {
  const Shape shape = x.shape();
  axis = axis_of("max", shape, axis);
  const int64_t length = shape[axis];
  require(length > 0, "max: axis {} of {} is empty, want at least one element", axis, shape);
  Array y(keep == Keep::yes ? shape.with(axis, 1) : shape.without(axis), "max");
  std::vector<int64_t> where(to_size(y.size()));
  row_maxima(with_axis_last("max", x.value(), axis), length, y, where);
  const int64_t inner = Middle(shape, axis).inner;
  return record<"max">(y, {x}, [where = std::move(where), length, inner](Array dy, Into dx) {
    const int64_t n = dy.size();
    const Into::Slot to = dx.open();
    if (to.beta == 0) arithmetic().fill(0, to.data, n * length);
    for (int64_t i = 0; i < n; ++i) to.data[(i / inner * length + where[to_size(i)]) * inner + i % inner] += dy[i];
  });
}

int64_t argmax(std::span<const real> numbers) { return std::ranges::max_element(numbers) - numbers.begin(); }

std::vector<int64_t> argmax_of_rows(const Array& x) {
  const int64_t columns = x.shape()[1];
  std::vector<int64_t> best(to_size(x.shape()[0]));
  parallel_for(std::ssize(best), 8, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      best[to_size(row)] = argmax(std::span(x.data() + row * columns, to_size(columns)));
  });
  return best;
}

}  // namespace bertlet
