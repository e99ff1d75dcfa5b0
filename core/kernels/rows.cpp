#include "core/kernels/rows.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

BERTLET_INLINE real larger(real a, real b) { return b > a ? b : a; }

// The largest entry, NaN apart; 0 for a row that is -∞ throughout, so that subtracting it leaves -∞.
BERTLET_INLINE real peak(const real* x, int64_t n) {
  const real m = reduce<32>(
      0, n, -kInfinity, [=](real best, int64_t i) { return larger(best, x[i]); }, larger);
  return m == -kInfinity ? 0 : m;
}

// y = exp(x - m) / Σ exp(x - m). A row that is -∞ throughout becomes zeros: nobody is attended to.
void softmax(const real* x, real* y, int64_t rows, int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real* from = x + r * cols;
    real* to = y + r * cols;
    const real m = peak(from, cols);
    const auto weight = [=](int64_t i) { return to[i] = exp_of_negative(from[i] - m); };
    const real total = sum(0, cols, weight);
    const real scale = total == 0 ? 0 : 1 / total;
    each(cols, [=](int64_t i) { to[i] *= scale; });
  }
}

// dx = y (dy - Σ dy y)
void softmax_grad(const real* dy, const real* y, real beta, real* dx, int64_t rows, int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real *slope = dy + r * cols, *from = y + r * cols;
    real* to = dx + r * cols;
    const real mean = sum(0, cols, [=](int64_t i) { return slope[i] * from[i]; });
    const auto rest = [=](int64_t i) { return from[i] * (slope[i] - mean); };
    accumulate(beta, to, cols, rest);
  }
}

// y = x - m - log Σ exp(x - m). A row that is -∞ throughout stays so.
void log_softmax(const real* x, real* y, int64_t rows, int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real* from = x + r * cols;
    real* to = y + r * cols;
    const real m = peak(from, cols);
    const auto weight = [=](int64_t i) { return exp_of_negative(to[i] = from[i] - m); };
    const real total = sum(0, cols, weight);
    const real log_total = total == 0 ? 0 : log(total);
    each(cols, [=](int64_t i) { to[i] -= log_total; });
  }
}

// dx = dy - exp(y) Σ dy
void log_softmax_grad(const real* dy, const real* y, real beta, real* dx, int64_t rows, int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real *slope = dy + r * cols, *from = y + r * cols;
    real* to = dx + r * cols;
    const real total = sum(0, cols, [=](int64_t i) { return slope[i]; });
    const auto rest = [=](int64_t i) { return slope[i] - exp_of_negative(from[i]) * total; };
    accumulate(beta, to, cols, rest);
  }
}

void sum_rows(const real* x, real* y, int64_t rows, int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) y[r] = sum<64>(r * cols, (r + 1) * cols, [=](int64_t i) { return x[i]; });
}

// Once NaN, always NaN: no comparison displaces it but another NaN.
BERTLET_INLINE real larger_or_nan(real a, real b) {
  const real c = b > a ? b : a;
  return b == b ? c : b;
}

// The first index that holds the row's maximum m, or NaN: if a row has one, m is NaN. Sought in stretches that
// vectorise.
BERTLET_INLINE int64_t first_maximum(const real* x, int64_t n, real m) {
  constexpr int64_t stretch = 64;
  int64_t i = 0;
  for (; i + stretch <= n; i += stretch) {
    std::int32_t found = 0;
#pragma omp simd reduction(| : found)
    for (int64_t j = 0; j < stretch; ++j) found |= (x[i + j] == m) | (x[i + j] != x[i + j]);
    if (found) break;
  }
  while (x[i] != m && x[i] == x[i]) ++i;
  return i;
}

void max(const real* x, real* y, int64_t* where, int64_t rows, int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real* row = x + r * cols;
    y[r] = reduce<32>(
        0, cols, -kInfinity, [=](real best, int64_t i) { return larger_or_nan(best, row[i]); }, larger_or_nan);
    where[r] = first_maximum(row, cols, y[r]);
  }
}

// x[0] + x[stride] + … for a number of rows that is a power of two, pairwise.
template <int64_t rows>
BERTLET_INLINE real sum_down(const real* x, int64_t stride) {
  if constexpr (rows == 1)
    return *x;
  else
    return sum_down<rows / 2>(x, stride) + sum_down<rows / 2>(x + rows / 2 * stride, stride);
}

// Columns are added up in strips of 1024, whose sums stay in the nearest cache, 16 rows at a time (which fetches memory
// best) for 512 rows; beyond that pairwise, so that the error grows with the logarithm of the rows.
constexpr int64_t kTree = 16, kBand = 512, kStrip = 1024;

BERTLET_INLINE void sum_band(const real* x, real* y, int64_t rows, int64_t stride, int64_t cols) {
  each(cols, [=](int64_t c) { y[c] = 0; });
  int64_t r = 0;
  for (; r + kTree <= rows; r += kTree)
    each(cols, [=, at = x + r * stride](int64_t c) { y[c] += sum_down<kTree>(at + c, stride); });
  for (; r < rows; ++r) each(cols, [=, at = x + r * stride](int64_t c) { y[c] += at[c]; });
}

void sum_strip(const real* x, real* y, int64_t rows, int64_t stride, int64_t cols) {
  if (rows <= kBand) return sum_band(x, y, rows, stride, cols);
  const int64_t half = (rows + 2 * kBand - 1) / (2 * kBand) * kBand;
  real rest[kStrip];
  sum_strip(x, y, half, stride, cols);
  sum_strip(x + half * stride, rest, rows - half, stride, cols);
  each(cols, [&](int64_t c) { y[c] += rest[c]; });
}

void sum_columns(const real* x, real* y, int64_t rows, int64_t cols) {
  for (int64_t c = 0; c < cols; c += kStrip) sum_strip(x + c, y + c, rows, cols, cols - c < kStrip ? cols - c : kStrip);
}

}  // namespace

extern const RowKernels BERTLET_TABLE(row_kernels);
const RowKernels BERTLET_TABLE(row_kernels){
    .softmax = softmax,
    .softmax_grad = softmax_grad,
    .log_softmax = log_softmax,
    .log_softmax_grad = log_softmax_grad,
    .sum = sum_rows,
    .max = max,
    .sum_columns = sum_columns,
};

}  // namespace bertlet
