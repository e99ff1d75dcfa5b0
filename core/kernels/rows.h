#pragma once
#include "core/real.h"

namespace bertlet {

// Kernels over a block of rows, x[rows, cols]. A row's result does not depend on where the row lies or on its
// neighbours.
struct RowKernels {
  void (*softmax)(const real* x, real* y, int64_t rows, int64_t cols);
  void (*softmax_grad)(const real* dy, const real* y, real beta, real* dx, int64_t rows, int64_t cols);
  void (*log_softmax)(const real* x, real* y, int64_t rows, int64_t cols);
  void (*log_softmax_grad)(const real* dy, const real* y, real beta, real* dx, int64_t rows, int64_t cols);
  void (*sum)(const real* x, real* y, int64_t rows, int64_t cols);                  // y[r] = Σ_c x[r, c]
  void (*max)(const real* x, real* y, int64_t* where, int64_t rows, int64_t cols);  // the first maximum; NaN wins
  void (*sum_columns)(const real* x, real* y, int64_t rows, int64_t cols);          // y[c] = Σ_r x[r, c]
};

const RowKernels& row_kernels();  // for the chosen instruction set

}  // namespace bertlet
