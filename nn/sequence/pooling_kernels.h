#pragma once
#include "core/real.h"

namespace bertlet {

// Over the rows of x, which lie `stride` apart; `cols` of their columns at a time.
struct PoolingKernels {
  // y[c] = scale Σ_r w[r] x[r, c]; w is 1 if it is null
  void (*weighted_sum)(real scale, const real* w, const real* x, int64_t stride, real* y, int64_t rows, int64_t cols);
  // y[c] = max_r x[r, c], first found in row where[c]; a NaN is a maximum
  void (*max)(const real* x, int64_t stride, real* y, int64_t* where, int64_t rows, int64_t cols);
  // y[r] = Σ_c x[r, c] v[c]
  void (*dots)(const real* x, int64_t stride, const real* v, real* y, int64_t rows, int64_t cols);
};

const PoolingKernels& pooling_kernels();  // for the chosen instruction set

}  // namespace bertlet
