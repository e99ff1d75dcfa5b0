#include "nn/norm/dropout_kernels.h"

#include "core/kernels/isa.h"
#include "nn/norm/dropout_mask.h"

namespace bertlet {
namespace {

void apply(const DropoutMask& mask, int64_t first, const real* x, real beta, real* y, int64_t n) {
  const DropoutMask m = mask;
  if (beta == 0)
    each_coin(m, first, n, [=](int64_t i, Half coin) { y[i] = kept(m, coin, x[i]); });
  else
    each_coin(m, first, n, [=](int64_t i, Half coin) { y[i] += kept(m, coin, x[i]); });
}

void add(const DropoutMask& mask, int64_t first, const real* x, const real* residual, real* y, int64_t n) {
  const DropoutMask m = mask;
  if (m.drop == 0)
    each(n, [=](int64_t i) { y[i] = x[i] + residual[i]; });
  else
    each_coin(m, first, n, [=](int64_t i, Half coin) { y[i] = kept(m, coin, x[i]) + residual[i]; });
}

}  // namespace

extern const DropoutKernels BERTLET_TABLE(dropout_kernels);
const DropoutKernels BERTLET_TABLE(dropout_kernels){.apply = apply, .add = add};

}  // namespace bertlet
