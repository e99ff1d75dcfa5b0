#pragma once
#include "core/real.h"

namespace bertlet::optim {

// Updates of a stretch of parameters p with gradients g, all of length n; g is multiplied by g_factor first.

// A moving average: old <- keep old + take new. Both are given, for 1 − 0.999 in float has four digits only.
struct Average {
  real keep, take;

  explicit Average(double beta) : keep(static_cast<real>(beta)), take(static_cast<real>(1 - beta)) {}
};

struct AdamUpdate {
  real g_factor;
  Average first, second;
  real step;  // p <- keep p − step m / (root √v + ε), what is in step and root being the optimizer's business
  real root, epsilon;
  real inner_epsilon;  // under the root
  real keep;           // decoupled decay: 1 − lr · decay
  real l2;             // the old form: g + l2 p
};

struct SgdUpdate {
  real g_factor, lr, momentum, l2;
  bool nesterov, first;  // first: the velocity starts as the gradient
};

struct LambUpdate {
  real g_factor;
  Average first, second;
  real correct1, correct2;  // 1 / (1 − β^t)
  real epsilon, decay;
};

struct UpdateKernels {
  double (*sum_squares)(const real* x, int64_t n);
  void (*adam)(const AdamUpdate&, real* p, const real* g, real* m, real* v, int64_t n);
  void (*sgd)(const SgdUpdate&, real* p, const real* g, real* velocity,
              int64_t n);  // velocity may be null without momentum
  void (*lamb)(const LambUpdate&, const real* p, const real* g, real* m, real* v, real* direction, int64_t n);
};

const UpdateKernels& updates();  // for the chosen instruction set

}  // namespace bertlet::optim
