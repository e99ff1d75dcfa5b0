#include "core/product.h"

#include <cblas.h>

#include <algorithm>

#include "core/parallel.h"

namespace bertlet {

namespace {

#ifdef BERTLET_DOUBLE
constexpr auto gemm = cblas_dgemm;
#else
constexpr auto gemm = cblas_sgemm;
#endif

constexpr int64_t tile_rows = 512, tile_cols = 768;

const real* at(const Matrix& m, int64_t row, int64_t col) {
  return m.data + (m.transposed ? col * m.stride + row : row * m.stride + col);
}

}  // namespace

void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  product({1, 0, 0, 0}, a, b, beta, c, c_stride);
}

void product(const Batch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  static const bool once = (openblas_set_num_threads(1), true);
  static_cast<void>(once);
  if (a.rows == 0 || b.cols == 0 || batch.count == 0) return;
  const int64_t across = (b.cols + tile_cols - 1) / tile_cols, down = (a.rows + tile_rows - 1) / tile_rows;
  parallel_for(batch.count * across * down, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t which = i / (across * down), row = i / across % down * tile_rows, col = i % across * tile_cols;
      const int64_t rows = std::min(tile_rows, a.rows - row), cols = std::min(tile_cols, b.cols - col);
      real* to = c + which * batch.c_step + row * c_stride + col;
      if (a.cols == 0) {
        for (int64_t r = 0; r < rows && beta == 0; ++r) std::fill_n(to + r * c_stride, cols, real{0});
        continue;
      }
      gemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
           static_cast<int>(rows), static_cast<int>(cols), static_cast<int>(a.cols), 1,
           at(a, row, 0) + which * batch.a_step, static_cast<int>(std::max<int64_t>(1, a.stride)),
           at(b, 0, col) + which * batch.b_step, static_cast<int>(std::max<int64_t>(1, b.stride)), beta, to,
           static_cast<int>(c_stride));
    }
  });
}

}  // namespace bertlet
