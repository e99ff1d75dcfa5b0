#include "nn/norm/layer_norm_kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

#ifdef BERTLET_DOUBLE
BERTLET_INLINE real multiply_add(real a, real b, real c) { return a * b + c; }
#else
BERTLET_INLINE real multiply_add(real a, real b, real c) { return fma(a, b, c); }
#endif

// x normalised is (x - mean) rstd + shift.
struct Row {
  real mean, rstd, shift;

  BERTLET_INLINE real normalised(real x) const { return multiply_add(x - mean, rstd, shift); }
};

BERTLET_INLINE Row kept_row(const real* statistics) { return {statistics[0], statistics[1], statistics[2]}; }

// f(i, lane of i) for i = 0 … n - 1, all lanes at a time.
template <int64_t lanes, class F>
BERTLET_INLINE void each_lane(int64_t n, F f) {
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    BERTLET_SIMD
    for (int64_t j = 0; j < lanes; ++j) f(i + j, j);
  }
  for (int64_t j = 0; j < n - i; ++j) f(i + j, j);
}

template <int64_t lanes>
BERTLET_INLINE real total(real (&lane)[lanes]) {
  asm("" : "+m"(lane));  // a wall, as in reduce
  return fold<lanes / 2>(lane, [](real a, real b) { return a + b; });
}

// Two sweeps over the nearest cache. The second also finds what rounding left of the mean, by which a row far from zero
// would be off.
BERTLET_INLINE Row row_of(const real* x, real eps, int64_t cols) {
  const real n = static_cast<real>(cols);
  const real mean = sum<64>(0, cols, [=](int64_t i) { return x[i]; }) / n;
  real first[32] = {}, second[32] = {};
  each_lane<32>(cols, [&](int64_t i, int64_t j) {
    const real d = x[i] - mean;
    first[j] += d;
    second[j] = multiply_add(d, d, second[j]);
  });
  const real rest = total(first) / n, variance = total(second) / n - rest * rest;
  const real rstd = 1 / sqrt((variance < 0 ? 0 : variance) + eps);
  return {mean, rstd, -rest * rstd};
}

void value(const real* x, const real* weight, const real* bias, real eps, real* y, real* statistics, int64_t rows,
           int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real* from = x + r * cols;
    real* to = y + r * cols;
    const Row row = row_of(from, eps, cols);
    const auto write = [=](int64_t i) { to[i] = multiply_add(row.normalised(from[i]), weight[i], bias[i]); };
    each(cols, write);
    if (statistics) statistics[3 * r] = row.mean, statistics[3 * r + 1] = row.rstd, statistics[3 * r + 2] = row.shift;
  }
}

// dx = rstd (g - a - n b) for the means a of g and b of g n, with n written out.
BERTLET_INLINE void write_dx(const Row& row, real a, real b, const real* dy, const real* x, const real* weight,
                             real* dx, int64_t cols) {
  const real mean = row.mean, rstd = row.rstd, slope = -b * rstd * rstd, shift = -rstd * (a + b * row.shift);
  const auto write = [=](int64_t i) {
    dx[i] = multiply_add(dy[i] * weight[i], rstd, multiply_add(x[i] - mean, slope, shift));
  };
  each(cols, write);
}

struct Operands {  // passed by value: GCC then keeps the sums in registers
  const real *dy, *x, *statistics, *weight;
  real *dx, *dweight, *dbias;
  int64_t rows, cols;
};

// The gradients of `count` rows from row r on, two at a time so that dweight and dbias are read and written less often.
// One sweep for the sums, one for dx.
template <int count, bool parameters>
BERTLET_INLINE void grad_rows(const Operands of, int64_t r) {
  constexpr int64_t lanes = 16;
  const int64_t cols = of.cols;
  const real *weight = of.weight, *dy0 = of.dy + r * cols, *x0 = of.x + r * cols, *dy1 = dy0 + cols, *x1 = x0 + cols;
  real *dweight = of.dweight, *dbias = of.dbias;
  const Row row0 = kept_row(of.statistics + 3 * r), row1 = count == 2 ? kept_row(of.statistics + 3 * r + 3) : row0;
  real a0[lanes] = {}, b0[lanes] = {}, a1[lanes] = {}, b1[lanes] = {};
  each_lane<lanes>(cols, [&](int64_t i, int64_t j) {
    const real slope0 = dy0[i], n0 = row0.normalised(x0[i]), g0 = slope0 * weight[i];
    real for_weight = slope0 * n0, for_bias = slope0;
    a0[j] += g0;
    b0[j] = multiply_add(g0, n0, b0[j]);
    if constexpr (count == 2) {
      const real slope1 = dy1[i], n1 = row1.normalised(x1[i]), g1 = slope1 * weight[i];
      for_weight = multiply_add(slope1, n1, for_weight);
      for_bias += slope1;
      a1[j] += g1;
      b1[j] = multiply_add(g1, n1, b1[j]);
    }
    if constexpr (parameters) dweight[i] += for_weight, dbias[i] += for_bias;
  });
  if (!of.dx) return;
  const real share = 1 / static_cast<real>(cols);
  real* dx = of.dx + r * cols;
  write_dx(row0, share * total(a0), share * total(b0), dy0, x0, weight, dx, cols);
  if constexpr (count == 2) write_dx(row1, share * total(a1), share * total(b1), dy1, x1, weight, dx + cols, cols);
}

template <bool parameters>
void grad_all(const Operands of) {
  const int64_t rows = of.rows;
  for (int64_t r = 0; r + 1 < rows; r += 2) grad_rows<2, parameters>(of, r);
  if (rows % 2 == 1) grad_rows<1, parameters>(of, rows - 1);
}

void grad(const real* dy, const real* x, const real* statistics, const real* weight, real* dx, real* dweight,
          real* dbias, int64_t rows, int64_t cols) {
  const Operands of{dy, x, statistics, weight, dx, dweight, dbias, rows, cols};
  if (!dweight) return grad_all<false>(of);
  each(cols, [=](int64_t i) { dweight[i] = 0, dbias[i] = 0; });
  grad_all<true>(of);
}

}  // namespace

extern const LayerNormKernels BERTLET_TABLE(layer_norm_kernels);
const LayerNormKernels BERTLET_TABLE(layer_norm_kernels){.value = value, .grad = grad};

}  // namespace bertlet
