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

constexpr int64_t parts(int64_t length, int64_t part) { return (length + part - 1) / part; }

// The length of the largest of n pieces, as a multiple of a kernel's step.
int64_t piece(int64_t length, int64_t n, int64_t step) {
  return std::min(length, parts(parts(length, n), step) * step);
}

struct Range {
  int64_t begin, length;
};

Range range(int64_t index, int64_t part, int64_t length) {
  return {index * part, std::min(part, length - index * part)};
}

Matrix part(const Matrix& m, int64_t step, Range row, Range col) {
  const int64_t offset = m.transposed ? col.begin * m.stride + row.begin : row.begin * m.stride + col.begin;
  return {m.data + step + offset, row.length, col.length, m.stride, m.transposed};
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

void add_slices(const Array& later, const Batch& batch, real* c, int64_t c_stride) {
  const int64_t slices = later.shape()[1], rows = later.shape()[2], cols = later.shape()[3];
  const int64_t grain = std::max<int64_t>(1, (1 << 14) / (slices * cols));
  parallel_for(batch.count * rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      for (int64_t slice = 0; slice < slices; ++slice)
        arithmetic().axpby(1, later.data() + ((i / rows * slices + slice) * rows + i % rows) * cols, 1,
                           c + i / rows * batch.c_step + i % rows * c_stride, cols);
  });
}

int64_t grain_for(const ProductTile& tile) {
  constexpr int64_t worth_a_thread = 1 << 19;  // multiplications
  return std::max<int64_t>(1, worth_a_thread / (tile.rows * tile.cols * tile.depth));
}

void check(const Batch& batch, const Matrix& a, const Matrix& b, real beta, int64_t c_stride) {
  constexpr int64_t most = std::numeric_limits<blasint>::max();
  require(a.cols == b.rows && std::min({batch.count, a.rows, a.cols, b.cols}) >= 0,
          "product: got {} times {} x {} by {} x {}, want as many columns on the left as rows on the right",
          batch.count, a.rows, a.cols, b.rows, b.cols);
  require(beta == 0 || beta == 1, "product: got beta {}, want 0 or 1", beta);
  require(std::max({a.cols, a.stride, b.stride, c_stride}) <= most,
          "product: got a depth of {} and strides {}, {} and {}, want at most {}", a.cols, a.stride, b.stride, c_stride,
          most);
}

// Threads that work side by side on the same few rows of C fetch each other's ends: such rows stay whole.
bool few_rows(int64_t rows, int64_t cols) { return rows <= 384 && cols >= 2 * rows; }

// So shallow that OpenBLAS multiplies without packing, if the tile is small.
bool shallow(int64_t depth) { return depth <= 32; }

// No more than two or four threads want, for every tile packs its share of A and B anew.
int64_t tiles_wanted(int64_t rows, int64_t cols, int64_t depth) {
  const int64_t work = rows * cols * depth;
  if (shallow(depth)) return std::max<int64_t>(8, work / 600'000);
  if (depth >= 8192) return 8;
  return work > int64_t{1} << 28 || few_rows(rows, cols) ? 4 : 2;
}

// What a tile costs beside its multiplications, for each of them. Packing a number of A serves all columns and takes
// twice as long as packing one of B, which serves all rows; a number of C is fetched and stored once for all the depth.
double overhead(const ProductTile& tile) {
  const auto share = [](double cost, int64_t length) { return cost / static_cast<double>(length); };
  if (shallow(tile.depth)) return share(1, tile.cols);
  return share(1, tile.rows) + share(2, tile.cols) + share(2, tile.depth);
}

// In how many pieces each side is cut.
struct Cut {
  int64_t down = 1, across = 1, slices = 1;

  int64_t tiles() const { return down * across * slices; }
  ProductTile tile_of(int64_t rows, int64_t cols, int64_t depth) const {
    return {piece(rows, down, 4), piece(cols, across, 16), std::max<int64_t>(1, piece(depth, slices, 16))};
  }
};

}  // namespace

// Halves the tiles, each time in the way that costs least, until they are enough and small enough.
ProductTile tile_for(int64_t count, int64_t rows, int64_t cols, int64_t depth) {
  constexpr int64_t largest_tile = 768 * 768, least_cols = 96, least_depth = 512;
  const int64_t wanted = tiles_wanted(rows, cols, depth), least_rows = shallow(depth) ? 8 : 48;
  Cut cut;
  ProductTile tile = cut.tile_of(rows, cols, depth);
  while (count * cut.tiles() < wanted || tile.rows * tile.cols > largest_tile) {
    const Cut whole = cut;
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](bool possible, const Cut& halves) {
      const ProductTile half = halves.tile_of(rows, cols, depth);
      if (!possible || overhead(half) >= least) return;
      cut = halves, tile = half, least = overhead(half);
    };
    const bool tall = tile.rows >= 2 * least_rows && !few_rows(rows, cols), wide = tile.cols >= 2 * least_cols;
    const bool deep = tile.depth >= 2 * least_depth && count == 1 && tile.rows * tile.cols <= largest_tile;
    consider(deep, {whole.down, whole.across, 2 * whole.slices});
    consider(tall, {2 * whole.down, whole.across, whole.slices});
    consider(wide, {whole.down, 2 * whole.across, whole.slices});
    if (cut.tiles() == whole.tiles()) break;
  }
  return tile;
}

void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  product({1, 0, 0, 0}, a, b, beta, c, c_stride);
}

void product(const Batch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  check(batch, a, b, beta, c_stride);
  if (batch.count == 0 || a.rows == 0 || b.cols == 0) return;
  product(batch, a, b, beta, c, c_stride, tile_for(batch.count, a.rows, b.cols, a.cols));
}

void product(const Batch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride,
             const ProductTile& tile) {
  const int64_t down = parts(a.rows, tile.rows), across = parts(b.cols, tile.cols);
  const int64_t slices = std::max<int64_t>(1, parts(a.cols, tile.depth)), matrix = a.rows * b.cols;
  Array later;  // what the slices after the first contribute
  if (slices > 1) later = Array({batch.count, slices - 1, a.rows, b.cols}, "product");
  const auto to = [&](int64_t which, int64_t slice, int64_t row, int64_t col) -> Target {
    if (slice == 0) return {c + which * batch.c_step + row * c_stride + col, c_stride, beta};
    return {later.data() + (which * (slices - 1) + slice - 1) * matrix + row * b.cols + col, b.cols, 0};
  };
  parallel_for(batch.count * slices * down * across, grain_for(tile), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t which = i / across / down / slices, slice = i / across / down % slices;
      const Range row = range(i / across % down, tile.rows, a.rows), col = range(i % across, tile.cols, b.cols);
      const Range deep = range(slice, tile.depth, a.cols);
      one_tile(part(a, which * batch.a_step, row, deep), part(b, which * batch.b_step, deep, col),
               to(which, slice, row.begin, col.begin));
    }
  });
  if (slices > 1) add_slices(later, batch, c, c_stride);
}

}  // namespace bertlet
