#pragma once
#include "core/real.h"

namespace bertlet {

// Of each row backward needs mean, rstd = 1 / √(variance + eps) and a shift: the normalised x is (x - mean) rstd +
// shift. The shift makes up for the rounding of the mean, which is coarse where the mean is large.
constexpr int64_t layer_norm_statistics = 3;

struct LayerNormKernels {
  // y = weight (x - mean) rstd + bias for each row of x[rows, cols]; y may be x; statistics[rows, 3] may be null.
  void (*value)(const real* x, const real* weight, const real* bias, real eps, real* y, real* statistics, int64_t rows,
                int64_t cols);

  // dx = rstd (g - mean of g - n (mean of g n)) with g = dy weight and n = x normalised; dx may be dy, or null.
  // dweight = Σ dy n and dbias = Σ dy over the rows; both or neither may be null.
  void (*grad)(const real* dy, const real* x, const real* statistics, const real* weight, real* dx, real* dweight,
               real* dbias, int64_t rows, int64_t cols);
};

const LayerNormKernels& layer_norm_kernels();  // for the chosen instruction set

}  // namespace bertlet
