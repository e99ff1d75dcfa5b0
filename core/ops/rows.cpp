#include <algorithm>

#include "core/kernels/arithmetic.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

using Ids = std::vector<int64_t>;

int64_t columns_of(const Shape& shape) { return shape.without(0).count(); }

}  // namespace

void require_ids(const char* operation, const Ids& ids, int64_t rows) {
  for (std::size_t i = 0; i < ids.size(); ++i)
    require(0 <= ids[i] && ids[i] < rows, "{}: id {} is {}, want 0 … {}", operation, i, ids[i], rows - 1);
}

Array gathered(const char* operation, const Array& table, const Ids& ids) {
  const auto n = static_cast<int64_t>(ids.size());
  Array y(table.shape().with(0, n), operation);
  const int64_t columns = columns_of(y.shape());
  parallel_for(n, std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, columns)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      std::copy_n(table.data() + ids[to_size(i)] * columns, columns, y.data() + i * columns);
  });
  return y;
}

// Threads share out the columns, so that each sum runs in the order of the ids whoever computes it.
void add_rows(const Array& x, const Ids& ids, real* y, int64_t skipped) {
  if (x.size() == 0) return;
  const int64_t columns = columns_of(x.shape());
  parallel_for(columns, 128, [&](int64_t begin, int64_t end) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] == skipped) continue;
      arithmetic().axpby(1, x.data() + static_cast<int64_t>(i) * columns + begin, 1, y + ids[i] * columns + begin,
                         end - begin);
    }
  });
}

Tensor gather_rows(const Tensor& table, std::vector<int64_t> ids) {
  require(table.shape().rank() >= 1, "gather_rows: got a single number, want a table of rows");
  require_ids("gather_rows", ids, table.shape()[0]);
  Array y = gathered("gather_rows", table.value(), ids);
  return record<"gather_rows">(y, {table}, [ids = std::move(ids)](Array dy, Into dtable) {
    const Into::Slot to = dtable.open();
    if (to.beta == 0) arithmetic().fill(0, to.data, dtable.shape().count());
    add_rows(dy, ids, to.data);
  });
}

Tensor scatter_rows(const Tensor& x, std::vector<int64_t> ids, int64_t rows) {
  require(x.shape().rank() >= 1 && x.shape()[0] == static_cast<int64_t>(ids.size()),
          "scatter_rows: got {} ids for {}, want one for each row", ids.size(), x.shape());
  require(rows >= 0, "scatter_rows: got {} rows, want none or more", rows);
  require_ids("scatter_rows", ids, rows);
  Array y = Array::filled(x.shape().with(0, rows), 0, "scatter_rows");
  add_rows(x.value(), ids, y.data());
  return record<"scatter_rows">(y, {x},
                                [ids = std::move(ids)](Array dy, Into dx) { dx += gathered("scatter_rows", dy, ids); });
}

}  // namespace bertlet
