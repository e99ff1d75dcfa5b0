#include "nn/sequence/crf_kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

BERTLET_INLINE real larger(real a, real b) { return b > a ? b : a; }
BERTLET_INLINE real finite(real peak) { return peak == -kInfinity ? 0 : peak; }

// First each column's largest term, then the sum relative to it. Where all terms are -∞ so is the result.
void step(const real* from, const real* m, real* scratch, real* to, int64_t k) {
  each(k, [=](int64_t j) {
    to[j] = -kInfinity;
    scratch[j] = 0;
  });
  for (int64_t i = 0; i < k; ++i) each(k, [=, row = m + i * k](int64_t j) { to[j] = larger(to[j], from[i] + row[j]); });
  for (int64_t i = 0; i < k; ++i)
    each(k, [=, row = m + i * k](int64_t j) { scratch[j] += exp_of_negative(from[i] + row[j] - finite(to[j])); });
  each(k, [=](int64_t j) { to[j] = finite(to[j]) + log(scratch[j]); });
}

void best_step(const real* from, const real* m, real* to, int64_t* where, int64_t k) {
  each(k, [=](int64_t j) { to[j] = from[0] + m[j]; });
  for (int64_t j = 0; j < k; ++j) where[j] = 0;
  for (int64_t i = 1; i < k; ++i)
    each(k, [=, row = m + i * k](int64_t j) {
      const real score = from[i] + row[j];
      const bool more = score > to[j];
      to[j] = more ? score : to[j];
      where[j] = more ? i : where[j];
    });
}

real log_sum(const real* a, const real* b, int64_t k) {
  const real peak = finite(reduce<32>(
      0, k, -kInfinity, [=](real best, int64_t i) { return larger(best, a[i] + b[i]); }, larger));
  return peak + log(sum(0, k, [=](int64_t i) { return exp_of_negative(a[i] + b[i] - peak); }));
}

void marginals(real scale, const real* a, const real* b, real c, real beta, real* to, int64_t k) {
  accumulate(beta, to, k, [=](int64_t i) { return scale * exp(a[i] + b[i] - c); });
}

}  // namespace

extern const CrfKernels BERTLET_TABLE(crf_kernels);
const CrfKernels BERTLET_TABLE(crf_kernels){
    .step = step, .best_step = best_step, .log_sum = log_sum, .marginals = marginals};

}  // namespace bertlet
