#include "core/kernels/arithmetic.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

// An operation's value stands beside its gradients dy ∂f/∂a and dy ∂f/∂b; those of add and sub are dy itself.

struct Add {
  BERTLET_INLINE static real value(real a, real b) { return a + b; }
};

struct Sub {
  BERTLET_INLINE static real value(real a, real b) { return a - b; }
};

struct Mul {
  BERTLET_INLINE static real value(real a, real b) { return a * b; }
  BERTLET_INLINE static real grad_a(real dy, real, real b) { return dy * b; }
};

struct Div {
  BERTLET_INLINE static real value(real a, real b) { return a / b; }
  BERTLET_INLINE static real grad_a(real dy, real, real b) { return dy / b; }
  BERTLET_INLINE static real grad_b(real dy, real a, real b) { return -dy * (a / b / b); }
};

// Where an operand comes from: an array, or one number for all.
struct Many {
  const real* at;
  BERTLET_INLINE real operator()(int64_t i) const { return at[i]; }
};

struct One {
  real value;
  BERTLET_INLINE real operator()(int64_t) const { return value; }
};

template <class Body>
BERTLET_INLINE void with_steps(const real* a, int64_t a_step, const real* b, int64_t b_step, Body body) {
  if (a_step == 0 && b_step == 0)
    body(One{*a}, One{*b});
  else if (a_step == 0)
    body(One{*a}, Many{b});
  else if (b_step == 0)
    body(Many{a}, One{*b});
  else
    body(Many{a}, Many{b});
}

template <class F>
void value(const real* a, int64_t a_step, const real* b, int64_t b_step, real* y, int64_t n) {
  if (n == 0) return;
  with_steps(a, a_step, b, b_step, [=](auto x, auto z) { each(n, [=](int64_t i) { y[i] = F::value(x(i), z(i)); }); });
}

template <class F>
void grad_a(const real* dy, const real* a, int64_t a_step, const real* b, int64_t b_step, real beta, real* g,
            int64_t n) {
  if (n == 0) return;
  with_steps(a, a_step, b, b_step,
             [=](auto x, auto z) { accumulate(beta, g, n, [=](int64_t i) { return F::grad_a(dy[i], x(i), z(i)); }); });
}

template <class F>
void grad_b(const real* dy, const real* a, int64_t a_step, const real* b, int64_t b_step, real beta, real* g,
            int64_t n) {
  if (n == 0) return;
  with_steps(a, a_step, b, b_step,
             [=](auto x, auto z) { accumulate(beta, g, n, [=](int64_t i) { return F::grad_b(dy[i], x(i), z(i)); }); });
}

// Each gradient of a product reads the other factor only.
void mul_grad_a(const real* dy, const real*, int64_t, const real* b, int64_t b_step, real beta, real* g, int64_t n) {
  grad_a<Mul>(dy, b, b_step, b, b_step, beta, g, n);
}

void mul_grad_b(const real* dy, const real* a, int64_t a_step, const real*, int64_t, real beta, real* g, int64_t n) {
  grad_a<Mul>(dy, a, a_step, a, a_step, beta, g, n);
}

// The common constant exponents as products; body gets the function a -> a^b, or nothing is done.
template <class Body>
BERTLET_INLINE bool with_simple_power(real b, Body body) {
  if (b == 0)
    body([](real) { return real(1); });
  else if (b == 1)
    body([](real a) { return a; });
  else if (b == 2)
    body([](real a) { return a * a; });
  else if (b == 3)
    body([](real a) { return a * a * a; });
  else if (b == real(0.5))
    body([](real a) { return sqrt(a); });
  else if (b == real(-0.5))
    body([](real a) { return 1 / sqrt(a); });
  else if (b == -1)
    body([](real a) { return 1 / a; });
  else if (b == -2)
    body([](real a) { return 1 / (a * a); });
  else
    return false;
  return true;
}

void pow_value(const real* a, int64_t a_step, const real* b, int64_t b_step, real* y, int64_t n) {
  if (n == 0) return;
  if (a_step == 1 && b_step == 0 &&
      with_simple_power(*b, [=](auto power) { each(n, [=](int64_t i) { y[i] = power(a[i]); }); }))
    return;
  for (int64_t i = 0; i < n; ++i) y[i] = pow(a[i * a_step], b[i * b_step]);
}

// b a^(b-1)
void pow_grad_a(const real* dy, const real* a, int64_t a_step, const real* b, int64_t b_step, real beta, real* g,
                int64_t n) {
  if (n == 0) return;
  if (a_step == 1 && b_step == 0 && *b != 0 && with_simple_power(*b - 1, [=, exponent = *b](auto power) {
        accumulate(beta, g, n, [=](int64_t i) { return dy[i] * (exponent * power(a[i])); });
      }))
    return;
  for (int64_t i = 0; i < n; ++i) {
    const real exponent = b[i * b_step];
    const real slope = exponent == 0 ? 0 : exponent * pow(a[i * a_step], exponent - 1);
    g[i] = dy[i] * slope + (beta == 0 ? 0 : g[i]);
  }
}

// a^b log a, and 0 at a = 0 where a^b stays finite
void pow_grad_b(const real* dy, const real* a, int64_t a_step, const real* b, int64_t b_step, real beta, real* g,
                int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const real base = a[i * a_step], exponent = b[i * b_step];
    const real slope = base == 0 && exponent >= 0 ? 0 : pow(base, exponent) * log(base);
    g[i] = dy[i] * slope + (beta == 0 ? 0 : g[i]);
  }
}

void axpby(real alpha, const real* x, real beta, real* y, int64_t n) {
  if (beta == 0)
    each(n, [=](int64_t i) { y[i] = alpha * x[i]; });
  else
    each(n, [=](int64_t i) { y[i] = alpha * x[i] + beta * y[i]; });
}

void fill(real value, real* y, int64_t n) {
  each(n, [=](int64_t i) { y[i] = value; });
}

}  // namespace

extern const ArithmeticKernels BERTLET_TABLE(arithmetic);
const ArithmeticKernels BERTLET_TABLE(arithmetic){
    .add = value<Add>,
    .sub = value<Sub>,
    .mul = {value<Mul>, mul_grad_a, mul_grad_b},
    .div = {value<Div>, grad_a<Div>, grad_b<Div>},
    .pow = {pow_value, pow_grad_a, pow_grad_b},
    .axpby = axpby,
    .fill = fill,
};

}  // namespace bertlet
