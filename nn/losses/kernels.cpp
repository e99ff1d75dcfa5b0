#include "nn/losses/kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

BERTLET_INLINE real larger(real a, real b) { return b > a ? b : a; }

// -∞ throughout has total 0, and a NaN makes the total NaN.
LogSum log_sum(const real* x, int64_t n) {
  const real peak = reduce<64>(
      0, n, -kInfinity, [=](real best, int64_t i) { return larger(best, x[i]); }, larger);
  const real m = peak == -kInfinity ? 0 : peak;
  return {peak, sum(0, n, [=](int64_t i) { return exp_of_negative(x[i] - m); })};
}

real weighted_sum(const real* x, const real* w, int64_t n) {
  if (w) return sum(0, n, [=](int64_t i) { return w[i] * x[i]; });
  return sum(0, n, [=](int64_t i) { return x[i]; });
}

void cross_entropy_grad(real a, const real* x, real log_total, real b, const real* w, real beta, real* dx, int64_t n) {
  if (w)
    accumulate(beta, dx, n, [=](int64_t i) { return a * exp_of_negative(x[i] - log_total) - b * w[i]; });
  else
    accumulate(beta, dx, n, [=](int64_t i) { return a * exp_of_negative(x[i] - log_total) - b; });
}

// log(1 + e) for 0 <= e <= 1; what rounding 1 + e loses is put back.
BERTLET_INLINE real log_of_one_and(real e) {
  const real sum = 1 + e;
  return log(sum) + (e - (sum - 1)) / sum;
}

BERTLET_INLINE real positive_part(real x) { return x > 0 ? x : 0; }
BERTLET_INLINE real exp_of_minus_size(real x) { return exp_of_negative(x < 0 ? x : -x); }

// log(1 + exp ±x) = max(±x, 0) + log(1 + exp −|x|)
template <class Weight>
BERTLET_INLINE void bce_by(Weight p, const real* x, const real* y, real* loss, int64_t n) {
  each(n, [=](int64_t i) {
    const real rest = log_of_one_and(exp_of_minus_size(x[i]));
    loss[i] = (1 - y[i]) * (positive_part(x[i]) + rest) + p(i) * y[i] * (positive_part(-x[i]) + rest);
  });
}

// loss = (1 − y) log(1 + exp x) + p y log(1 + exp −x)
void bce(const real* x, const real* y, const real* p, real* loss, int64_t n) {
  if (p)
    bce_by([=](int64_t i) { return p[i]; }, x, y, loss, n);
  else
    bce_by([](int64_t) { return real{1}; }, x, y, loss, n);
}

// dx = dy ((1 − y) sigmoid(x) − p y sigmoid(−x)); of the two sigmoids one is 1 / (1 + e) and the other e / (1 + e).
template <class Weight>
BERTLET_INLINE void bce_grad_by(Weight p, const real* dy, int64_t dy_step, real scale, const real* x, const real* y,
                                real beta, real* dx, int64_t n) {
  accumulate(beta, dx, n, [=](int64_t i) {
    const real e = exp_of_minus_size(x[i]), negative = (1 - y[i]) * (x[i] < 0 ? e : 1);
    const real positive = p(i) * y[i] * (x[i] < 0 ? 1 : e);
    return scale * dy[i * dy_step] * (negative - positive) / (1 + e);
  });
}

void bce_grad(const real* dy, int64_t dy_step, real scale, const real* x, const real* y, const real* p, real beta,
              real* dx, int64_t n) {
  if (p)
    bce_grad_by([=](int64_t i) { return p[i]; }, dy, dy_step, scale, x, y, beta, dx, n);
  else
    bce_grad_by([](int64_t) { return real{1}; }, dy, dy_step, scale, x, y, beta, dx, n);
}

void mse(const real* x, const real* y, real* loss, int64_t n) {
  each(n, [=](int64_t i) { loss[i] = (x[i] - y[i]) * (x[i] - y[i]); });
}

void mse_grad(const real* dy, int64_t dy_step, real scale, const real* x, const real* y, real beta, real* dx,
              int64_t n) {
  accumulate(beta, dx, n, [=](int64_t i) { return 2 * scale * dy[i * dy_step] * (x[i] - y[i]); });
}

Dots dots(const real* x, const real* y, int64_t n) {
  return {sum(0, n, [=](int64_t i) { return x[i] * x[i]; }), sum(0, n, [=](int64_t i) { return y[i] * y[i]; }),
          sum(0, n, [=](int64_t i) { return x[i] * y[i]; })};
}

}  // namespace

extern const LossKernels BERTLET_TABLE(loss_kernels);
const LossKernels BERTLET_TABLE(loss_kernels){
    .log_sum = log_sum,
    .weighted_sum = weighted_sum,
    .cross_entropy_grad = cross_entropy_grad,
    .bce = bce,
    .bce_grad = bce_grad,
    .mse = mse,
    .mse_grad = mse_grad,
    .dots = dots,
};

}  // namespace bertlet
