#include "nn/recurrent/packed_kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

#ifdef BERTLET_DOUBLE
BERTLET_INLINE real fma(real a, real b, real c) { return a * b + c; }
#endif

// A tile of y stays in registers while k passes: as many rows and columns as there are registers for.
#if defined(__AVX512F__)
constexpr int64_t kRows = 8, kColumns = 3 * 64 / sizeof(real);
#elif defined(__AVX__)
constexpr int64_t kRows = 6, kColumns = 2 * 32 / sizeof(real);
#else
constexpr int64_t kRows = 6, kColumns = 2 * 16 / sizeof(real);
#endif
static_assert(panel_columns % kColumns == 0);

// The loops over rows are unrolled, so that the sums are registers and not memory.
template <int64_t rows>
void add_tile(const real* const* a, const real* b, real* const* y, int64_t k) {
  real sum[rows][kColumns];
  const real* from[rows];
  for (int64_t r = 0; r < rows; ++r) {
    from[r] = a[r];
    each(kColumns, [&](int64_t j) { sum[r][j] = y[r][j]; });
  }
  for (int64_t i = 0; i < k; ++i, b += panel_columns) {
#pragma GCC unroll 8
    for (int64_t r = 0; r < rows; ++r) {
      const real x = from[r][i];
      BERTLET_SIMD
      for (int64_t j = 0; j < kColumns; ++j) sum[r][j] = fma(x, b[j], sum[r][j]);
    }
  }
  for (int64_t r = 0; r < rows; ++r) each(kColumns, [&](int64_t j) { y[r][j] = sum[r][j]; });
}

void add_rows(const real* const* a, const real* b, real* const* y, int64_t rows, int64_t k) {
  int64_t r = 0;
  for (; r + kRows <= rows; r += kRows) add_tile<kRows>(a + r, b, y + r, k);
  for (; r + 4 <= rows; r += 4) add_tile<4>(a + r, b, y + r, k);
  for (; r + 2 <= rows; r += 2) add_tile<2>(a + r, b, y + r, k);
  if (r < rows) add_tile<1>(a + r, b, y + r, k);
}

constexpr int64_t kMost = 32;  // rows whose addresses are at hand at once

// A tile that reaches beyond the last column works in a buffer.
void add_columns(const real* const* a, const real* b, real* const* y, int64_t rows, int64_t k, int64_t first,
                 int64_t n) {
  const int64_t width = n - first < kColumns ? n - first : kColumns;
  real buffer[kMost][kColumns];
  real* to[kMost];
  for (int64_t r = 0; r < rows; ++r) {
    to[r] = width < kColumns ? buffer[r] : y[r] + first;
    for (int64_t j = 0; width < kColumns && j < kColumns; ++j) buffer[r][j] = j < width ? y[r][first + j] : 0;
  }
  add_rows(a, b, to, rows, k);
  for (int64_t r = 0; width < kColumns && r < rows; ++r)
    for (int64_t j = 0; j < width; ++j) y[r][first + j] = buffer[r][j];
}

void add_product(const real* const* a, const real* b, real* const* y, int64_t rows, int64_t k, int64_t n) {
  for (int64_t r = 0; r < rows; r += kMost)
    for (int64_t first = 0; first < n; first += kColumns) {
      const real* panel = b + first / panel_columns * panel_columns * k + first % panel_columns;
      add_columns(a + r, panel, y + r, rows - r < kMost ? rows - r : kMost, k, first, n);
    }
}

}  // namespace

extern const PackedKernels BERTLET_TABLE(packed_kernels);
const PackedKernels BERTLET_TABLE(packed_kernels){.add_product = add_product};

}  // namespace bertlet
