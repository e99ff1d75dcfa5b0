#pragma once
#include "core/real.h"

namespace bertlet {

// log Σ exp x = peak + log total, with total = Σ exp(x − peak); parts join.
struct LogSum {
  real peak, total;
};

// A pair of rows' products with themselves and with each other.
struct Dots {
  real xx, yy, xy;
};

struct LossKernels {
  LogSum (*log_sum)(const real* x, int64_t n);
  real (*weighted_sum)(const real* x, const real* w, int64_t n);  // Σ w x; Σ x if w is null

  // dx <- β dx + a exp(x − log_total) − b w; w is 1 if it is null; dx may be x
  void (*cross_entropy_grad)(real a, const real* x, real log_total, real b, const real* w, real beta, real* dx,
                             int64_t n);

  // Element by element; dy moves by its step, which is 0 where one number meets all. p is 1 if it is null.
  void (*bce)(const real* x, const real* y, const real* p, real* loss, int64_t n);
  void (*bce_grad)(const real* dy, int64_t dy_step, real scale, const real* x, const real* y, const real* p, real beta,
                   real* dx, int64_t n);
  void (*mse)(const real* x, const real* y, real* loss, int64_t n);
  void (*mse_grad)(const real* dy, int64_t dy_step, real scale, const real* x, const real* y, real beta, real* dx,
                   int64_t n);

  Dots (*dots)(const real* x, const real* y, int64_t n);
};

const LossKernels& loss_kernels();  // for the chosen instruction set

}  // namespace bertlet
