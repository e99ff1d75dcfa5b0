#include "optim/kernels/update.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet::optim {
namespace {

// In double whatever real is: a norm over 10^8 numbers.
double sum_squares(const real* x, int64_t n) {
  constexpr int64_t lanes = 16;
  double lane[lanes] = {};
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
#pragma omp simd
    for (int64_t j = 0; j < lanes; ++j) lane[j] += static_cast<double>(x[i + j]) * static_cast<double>(x[i + j]);
  }
  for (int64_t j = 0; j < n - i; ++j) lane[j] += static_cast<double>(x[i + j]) * static_cast<double>(x[i + j]);
  for (int64_t width = lanes / 2; width > 0; width /= 2)
    for (int64_t j = 0; j < width; ++j) lane[j] += lane[j + width];
  return lane[0];
}

// m <- β₁ m + (1 − β₁) g,  v <- β₂ v + (1 − β₂) g²,  p <- keep p − step m / (root √(v + ε′) + ε)
void adam(const AdamUpdate& u, real* p, const real* g, real* m, real* v, int64_t n) {
  each(n, [=](int64_t i) {
    const real slope = u.g_factor * g[i] + u.l2 * p[i];
    m[i] = u.first.keep * m[i] + u.first.take * slope;
    v[i] = u.second.keep * v[i] + u.second.take * slope * slope;
    p[i] = u.keep * p[i] - u.step * m[i] / (u.root * sqrt(v[i] + u.inner_epsilon) + u.epsilon);
  });
}

// velocity <- momentum velocity + g;  p <- p − lr velocity, or a look ahead with Nesterov
void sgd(const SgdUpdate& u, real* p, const real* g, real* velocity, int64_t n) {
  if (velocity == nullptr) return each(n, [=](int64_t i) { p[i] -= u.lr * (u.g_factor * g[i] + u.l2 * p[i]); });
  const real old = u.first ? 0 : u.momentum, ahead = u.nesterov ? 1 : 0, along = u.nesterov ? u.momentum : 1;
  each(n, [=](int64_t i) {
    const real slope = u.g_factor * g[i] + u.l2 * p[i];
    velocity[i] = old * velocity[i] + slope;
    p[i] -= u.lr * (ahead * slope + along * velocity[i]);
  });
}

// direction = m̂ / (√v̂ + ε) + decay p
void lamb(const LambUpdate& u, const real* p, const real* g, real* m, real* v, real* direction, int64_t n) {
  each(n, [=](int64_t i) {
    const real slope = u.g_factor * g[i];
    m[i] = u.first.keep * m[i] + u.first.take * slope;
    v[i] = u.second.keep * v[i] + u.second.take * slope * slope;
    direction[i] = u.correct1 * m[i] / (sqrt(u.correct2 * v[i]) + u.epsilon) + u.decay * p[i];
  });
}

}  // namespace

extern const UpdateKernels BERTLET_TABLE(updates);
const UpdateKernels BERTLET_TABLE(updates){.sum_squares = sum_squares, .adam = adam, .sgd = sgd, .lamb = lamb};

}  // namespace bertlet::optim
