#pragma once
#include "core/real.h"

namespace bertlet {

// Over k tags, in logarithms; m is [k, k].
struct CrfKernels {
  void (*step)(const real* from, const real* m, real* scratch, real* to, int64_t k);  // log Σ_i exp(from[i] + m[i, j])
  void (*best_step)(const real* from, const real* m, real* to, int64_t* where, int64_t k);  // max_i, and the first i
  real (*log_sum)(const real* a, const real* b, int64_t k);                                 // log Σ exp(a + b)

  // to <- β to + scale exp(a + b − c)
  void (*marginals)(real scale, const real* a, const real* b, real c, real beta, real* to, int64_t k);
};

const CrfKernels& crf_kernels();  // for the chosen instruction set

}  // namespace bertlet
