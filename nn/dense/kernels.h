#pragma once
#include "core/real.h"

namespace bertlet {

// The sweeps around a product z[rows, cols] = x Wᵀ, for one activation f.
struct ActivationKernels {
  // z <- f(z + bias), in rows that lie `stride` apart.
  void (*value)(const real* bias, real* z, int64_t rows, int64_t cols, int64_t stride);

  // The same, and slope <- f'(z + bias). Null where the slope is as cheap from the result.
  void (*value_and_slope)(const real* bias, real* z, real* slope, int64_t rows, int64_t cols, int64_t stride);

  // dz = dy f' where `saved` holds the slope or the result, and dbias = Σ dz over the rows; dz may be dy.
  void (*grad)(const real* dy, const real* saved, real* dz, real* dbias, int64_t rows, int64_t cols);
};

struct LinearKernels {
  const ActivationKernels* activation;  // in the order of Activation (nn/dense/activation.h)
};

const LinearKernels& linear_kernels();  // for the chosen instruction set

}  // namespace bertlet
