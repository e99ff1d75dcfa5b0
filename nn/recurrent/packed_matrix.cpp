#include "nn/recurrent/packed_matrix.h"

#include <algorithm>

#include "core/parallel.h"
#include "nn/recurrent/packed_kernels.h"

namespace bertlet {

namespace {

// One panel of the matrix; columns that it lacks are zeros.
void pack(const Matrix& b, int64_t first, real* panel) {
  const int64_t columns = std::min(panel_columns, b.cols - first);
  for (int64_t row = 0; row < b.rows; ++row, panel += panel_columns) {
    if (b.transposed)
      for (int64_t j = 0; j < columns; ++j) panel[j] = b.data[(first + j) * b.stride + row];
    else
      std::copy_n(b.data + row * b.stride + first, columns, panel);
    std::fill(panel + columns, panel + panel_columns, real{0});
  }
}

}  // namespace

PackedMatrix::PackedMatrix(const Matrix& b) : rows_(b.rows), columns_(b.cols) {
  const int64_t panels = (b.cols + panel_columns - 1) / panel_columns;
  panels_ = Array({panels, b.rows, panel_columns}, "PackedMatrix");
  parallel_for(panels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) pack(b, i * panel_columns, panels_.data() + i * b.rows * panel_columns);
  });
}

void PackedMatrix::add_product(const real* const* a, real* const* y, int64_t rows) const {
  packed_kernels().add_product(a, panels_.data(), y, rows, rows_, columns_);
}

}  // namespace bertlet
