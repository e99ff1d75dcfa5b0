#include "core/product.h"

#include <cblas.h>

#include <algorithm>
#include <limits>

#include "core/array.h"
#include "core/kernels/arithmetic.h"
#include "core/parallel.h"
#include "core/require.h"

extern "C" [[gnu::weak]] int blas_thread_shutdown_();  // OpenBLAS's own, where it was built with threads

namespace bertlet {
namespace {

// OpenBLAS leaves the threads to us. Those it has started when we come spin for a tenth of a second, waiting for work
// that never comes, where ours would run: they end here, before main.
const bool blas_has_one_thread = [] {
  openblas_set_num_threads(1);
  if (blas_thread_shutdown_) blas_thread_shutdown_();
  return true;
}();

#ifdef BERTLET_DOUBLE
constexpr auto gemm = cblas_dgemm;
#else
constexpr auto gemm = cblas_sgemm;
#endif

Matrix part(const Matrix& m, int64_t step, int64_t row, int64_t col, int64_t rows, int64_t cols) {
  const int64_t offset = m.transposed ? col * m.stride + row : row * m.stride + col;
  return {m.data + step + offset, rows, cols, m.stride, m.transposed};
}

struct Target {
  real* c;
  int64_t stride;
  real beta;
};

// OpenBLAS wants a stride of at least 1.
void call_blas(const Matrix& a, const Matrix& b, const Target& to) {
  const auto transposition = [](const Matrix& m) { return m.transposed ? CblasTrans : CblasNoTrans; };
  const auto size = [](int64_t n) { return static_cast<blasint>(n); };
  gemm(CblasRowMajor, transposition(a), transposition(b), size(a.rows), size(b.cols), size(a.cols), 1, a.data,
       size(std::max<int64_t>(a.stride, 1)), b.data, size(std::max<int64_t>(b.stride, 1)), to.beta, to.c,
       size(to.stride));
}

void one_tile(const Matrix& a, const Matrix& b, const Target& to) {
  if (a.cols > 0) return call_blas(a, b, to);
  for (int64_t row = 0; row < a.rows && to.beta == 0; ++row) std::fill_n(to.c + row * to.stride, b.cols, real{0});
}

void add_slices(const Array& later, const ProductBatch& batch, real* c, int64_t c_stride) {
  const int64_t slices = later.shape()[1], rows = later.shape()[2], cols = later.shape()[3];
  const int64_t grain = std::max<int64_t>(1, (1 << 14) / (slices * cols));
  parallel_for(batch.count * rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      for (int64_t slice = 0; slice < slices; ++slice)
        arithmetic().axpby(1, later.data() + ((i / rows * slices + slice) * rows + i % rows) * cols, 1,
                           c + i / rows * batch.c_step + i % rows * c_stride, cols);
  });
}

int64_t grain_for(const ProductShape& shape, const ProductCut& cut) {
  constexpr int64_t worth_a_thread = 1 << 19;  // multiplications
  return std::max<int64_t>(1,
                           worth_a_thread * cut.tiles() / std::max<int64_t>(1, shape.rows * shape.cols * shape.depth));
}

void check(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, int64_t c_stride) {
  constexpr int64_t most = std::numeric_limits<blasint>::max();
  require(a.cols == b.rows && std::min({batch.count, a.rows, a.cols, b.cols}) >= 0,
          "product: got {} times {} x {} by {} x {}, want as many columns on the left as rows on the right",
          batch.count, a.rows, a.cols, b.rows, b.cols);
  require(beta == 0 || beta == 1, "product: got beta {}, want 0 or 1", beta);
  require(std::max({a.cols, a.stride, b.stride, c_stride}) <= most,
          "product: got a depth of {} and strides {}, {} and {}, want at most {}", a.cols, a.stride, b.stride, c_stride,
          most);
}

}  // namespace

void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  product({1, 0, 0, 0}, a, b, beta, c, c_stride);
}

void product(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  check(batch, a, b, beta, c_stride);
  if (batch.count == 0 || a.rows == 0 || b.cols == 0) return;
  const ProductShape shape{batch.count, a.rows, b.cols, a.cols};
  product(batch, a, b, beta, c, c_stride, cut_for(shape, free_threads()));
}

void product(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride,
             const ProductCut& wish) {
  const ProductShape shape{batch.count, a.rows, b.cols, a.cols};
  const ProductCut cut = allowed_cut(shape, wish);
  const int64_t later_slices = cut.slices - 1, matrix = a.rows * b.cols;
  Array later;  // what the slices after the first contribute
  if (later_slices > 0) later = Array({batch.count, later_slices, a.rows, b.cols}, "product");
  const auto to = [&](int64_t which, int64_t slice, const ProductTile& tile) -> Target {
    if (slice == 0) return {c + which * batch.c_step + tile.row * c_stride + tile.col, c_stride, beta};
    return {later.data() + (which * later_slices + slice - 1) * matrix + tile.row * b.cols + tile.col, b.cols, 0};
  };
  parallel_for(batch.count * cut.tiles(), grain_for(shape, cut), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t which = i / cut.tiles(), index = i % cut.tiles(), slice = index / (cut.down * cut.across);
      const ProductTile tile = tile_of(shape, cut, index);
      one_tile(part(a, which * batch.a_step, tile.row, tile.at, tile.rows, tile.depth),
               part(b, which * batch.b_step, tile.at, tile.col, tile.depth, tile.cols), to(which, slice, tile));
    }
  });
  if (later_slices > 0) add_slices(later, batch, c, c_stride);
}

}  // namespace bertlet
