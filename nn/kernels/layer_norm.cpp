#include "nn/kernels/layer_norm.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

constexpr int64_t kRowLanes = 32;

struct Pair {
  real a, b;
};

struct RowStatistics {
  real mean, rest, rstd;
};

// Two sums in one sweep; f(i) is a Pair.
template <class F>
BERTLET_INLINE Pair sum_pairs(int64_t n, F f) {
  real a[kRowLanes] = {}, b[kRowLanes] = {};
  const auto add = [&](int64_t j, Pair p) { a[j] += p.a, b[j] += p.b; };
  int64_t i = 0;
  for (; i + kRowLanes <= n; i += kRowLanes) {
    BERTLET_SIMD
    for (int64_t j = 0; j < kRowLanes; ++j) add(j, f(i + j));
  }
  for (int64_t j = 0; j < n - i; ++j) add(j, f(i + j));
  asm("" : "+m"(a), "+m"(b));
  const auto plus = [](real x, real y) { return x + y; };
  return {fold<kRowLanes / 2>(a, plus), fold<kRowLanes / 2>(b, plus)};
}

// Two sweeps over the nearest cache. The second also finds what rounding left of the mean, by which a row far from zero
// would be off.
BERTLET_INLINE RowStatistics statistics_of(const real* x, real eps, int64_t cols) {
  const real n = static_cast<real>(cols);
  const real mean = sum(0, cols, [=](int64_t i) { return x[i]; }) / n;
  const Pair moments = sum_pairs(cols, [=](int64_t i) {
    const real d = x[i] - mean;
    return Pair{d, d * d};
  });
  const real rest = moments.a / n;
  return {mean, rest, 1 / sqrt(moments.b / n - rest * rest + eps)};
}

BERTLET_INLINE real normalised(real x, const RowStatistics& s) { return (x - s.mean - s.rest) * s.rstd; }

void value(const real* x, const real* weight, const real* bias, real eps, real* y, real* statistics, int64_t rows,
           int64_t cols) {
  for (int64_t r = 0; r < rows; ++r) {
    const real* from = x + r * cols;
    real* to = y + r * cols;
    const RowStatistics s = statistics_of(from, eps, cols);
    each(cols, [=](int64_t i) { to[i] = normalised(from[i], s) * weight[i] + bias[i]; });
    if (statistics) statistics[3 * r] = s.mean, statistics[3 * r + 1] = s.rest, statistics[3 * r + 2] = s.rstd;
  }
}

BERTLET_INLINE void row_grad(const real* dy, const real* x, const RowStatistics& s, const real* weight, real* dx,
                             int64_t cols) {
  const Pair sums = sum_pairs(cols, [=](int64_t i) {
    const real g = dy[i] * weight[i];
    return Pair{g, g * normalised(x[i], s)};
  });
  const real shift = sums.a / static_cast<real>(cols), slope = sums.b / static_cast<real>(cols);
  each(cols, [=](int64_t i) { dx[i] = s.rstd * (dy[i] * weight[i] - shift - normalised(x[i], s) * slope); });
}

void grad(const real* dy, const real* x, const real* statistics, const real* weight, real* dx, real* dweight,
          real* dbias, int64_t rows, int64_t cols) {
  if (dweight) each(cols, [=](int64_t i) { dweight[i] = 0, dbias[i] = 0; });
  for (int64_t r = 0; r < rows; ++r) {
    const RowStatistics s{statistics[3 * r], statistics[3 * r + 1], statistics[3 * r + 2]};
    const real *slope = dy + r * cols, *from = x + r * cols;
    if (dweight)
      each(cols, [=](int64_t i) {
        dweight[i] += slope[i] * normalised(from[i], s);
        dbias[i] += slope[i];
      });
    if (dx) row_grad(slope, from, s, weight, dx + r * cols, cols);
  }
}

}  // namespace

extern const LayerNormKernels BERTLET_TABLE(layer_norm_kernels);
const LayerNormKernels BERTLET_TABLE(layer_norm_kernels){.value = value, .grad = grad};

}  // namespace bertlet
