#include "core/product/kernels.h"

#include <utility>

#include "core/kernels/isa.h"
#include "core/kernels/loops.h"

// This file is compiled with -ffp-contract=fast: a b + c is one fused operation where the machine has it.
namespace bertlet {
namespace {

// A tile of C stays in registers while the depth passes: per step it takes two vectors of B and one number of each row
// of A, which is spread over a vector.
#if defined(__AVX512F__)
constexpr int64_t bytes = 64, tile_rows = 14;
#elif defined(__AVX__)
constexpr int64_t bytes = 32, tile_rows = 6;
#else
constexpr int64_t bytes = 16, tile_rows = 6;
#endif
constexpr int64_t lanes = bytes / static_cast<int64_t>(sizeof(real)), tile_cols = 2 * lanes,
                  strip = (tile_rows + lanes - 1) / lanes * lanes;

using Vector [[gnu::vector_size(bytes), gnu::may_alias]] = real;
using Unaligned [[gnu::vector_size(bytes), gnu::may_alias, gnu::aligned(alignof(real))]] = real;

BERTLET_INLINE Vector load(const real* from) { return *reinterpret_cast<const Unaligned*>(from); }
BERTLET_INLINE void store(real* to, Vector x) { *reinterpret_cast<Unaligned*>(to) = x; }

// --- packing ---------------------------------------------------------------------------------------------------

template <int64_t... i>
BERTLET_INLINE Vector first_halves(Vector a, Vector b, std::integer_sequence<int64_t, i...>) {
  return __builtin_shufflevector(a, b, (i / 2 + (i % 2) * lanes)...);
}
template <int64_t... i>
BERTLET_INLINE Vector second_halves(Vector a, Vector b, std::integer_sequence<int64_t, i...>) {
  return __builtin_shufflevector(a, b, (lanes / 2 + i / 2 + (i % 2) * lanes)...);
}

// Row j of a square becomes column j: as many perfect shuffles of its rows as their number has bits.
BERTLET_INLINE void transpose(Vector* rows) {
  using Lanes = std::make_integer_sequence<int64_t, lanes>;
  Vector next[lanes];
#pragma GCC unroll 4
  for (int64_t n = lanes; n > 1; n /= 2) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < lanes / 2; ++i) {
      next[2 * i] = first_halves(rows[i], rows[i + lanes / 2], Lanes());
      next[2 * i + 1] = second_halves(rows[i], rows[i + lanes / 2], Lanes());
    }
#pragma GCC unroll 16
    for (int64_t i = 0; i < lanes; ++i) rows[i] = next[i];
  }
}

void pack_square(const real* from, int64_t across, int64_t count, int64_t width, real* to) {
  Vector rows[lanes];
#pragma GCC unroll 16
  for (int64_t j = 0; j < lanes; ++j) rows[j] = j < count ? load(from + j * across) : Vector{};
  transpose(rows);
#pragma GCC unroll 16
  for (int64_t k = 0; k < lanes; ++k) store(to + k * width, rows[k]);
}

void pack_numbers(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width,
                  int64_t lanes_wide, real* to) {
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t j = 0; j < lanes_wide; ++j) to[k * width + j] = j < count ? from[j * across + k * along] : 0;
}

void pack(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width, real* to) {
  for (int64_t j = 0; j < width; j += lanes) {
    const real* at = from + j * across;
    const int64_t left = count - j;
    int64_t k = 0;
    if (across == 1 && left >= lanes)
      for (; k < depth; ++k) store(to + k * width + j, load(at + k * along));
    else if (along == 1)
      for (; k + lanes <= depth; k += lanes) pack_square(at + k, across, left, width, to + k * width + j);
    pack_numbers(at + k * along, across, along, left, depth - k, width, lanes, to + k * width + j);
  }
}

// --- tiles -----------------------------------------------------------------------------------------------------

BERTLET_INLINE void put(Vector x, real beta, real* c) { store(c, beta == 0 ? x : x + load(c)); }

// The first n numbers of x.
BERTLET_INLINE void put_some(Vector x, real beta, real* c, int64_t n) {
  for (int64_t i = 0; i < lanes && i < n; ++i) c[i] = beta == 0 ? x[i] : x[i] + c[i];
}

template <int64_t rows>
void tile_of(const real* a, const real* b, int64_t depth, real beta, real* c, int64_t stride, int64_t cols) {
  constexpr int64_t ahead = 32 * tile_cols;
  Vector sum[rows][2] = {};
  for (int64_t k = 0; k < depth; ++k, a += strip, b += tile_cols) {
    const Vector left = load(b), right = load(b + lanes);
    __builtin_prefetch(b + ahead);
    __builtin_prefetch(b + ahead + lanes);
#pragma GCC unroll 16
    for (int64_t r = 0; r < rows; ++r) {
      sum[r][0] += a[r] * left;
      sum[r][1] += a[r] * right;
    }
  }
#pragma GCC unroll 16
  for (int64_t r = 0; r < rows; ++r, c += stride) {
    if (cols == tile_cols) {
      put(sum[r][0], beta, c);
      put(sum[r][1], beta, c + lanes);
    } else {
      put_some(sum[r][0], beta, c, cols);
      put_some(sum[r][1], beta, c + lanes, cols - lanes);
    }
  }
}

template <int64_t rows = tile_rows>
void tile(const real* a, const real* b, int64_t depth, real beta, real* c, int64_t stride, int64_t count,
          int64_t cols) {
  if (count == rows) return tile_of<rows>(a, b, depth, beta, c, stride, cols);
  if constexpr (rows > 1) tile<rows - 1>(a, b, depth, beta, c, stride, count, cols);
}

}  // namespace

extern const ProductKernels BERTLET_TABLE(product_kernels);
const ProductKernels BERTLET_TABLE(product_kernels){tile_rows, strip, tile_cols, pack, tile<>};

}  // namespace bertlet
