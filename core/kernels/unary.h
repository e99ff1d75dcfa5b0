#pragma once
#include "core/kernels/math.h"

namespace bertlet {
namespace {

// A function's value stands beside its gradient dy f'. The gradient is written in y where that is cheapest.

struct Exp {
  BERTLET_INLINE static real value(real x) { return exp(x); }
  BERTLET_INLINE static real grad(real dy, real y) { return dy * y; }
};

struct Sqrt {
  BERTLET_INLINE static real value(real x) { return sqrt(x); }
  BERTLET_INLINE static real grad(real dy, real y) { return dy / (2 * y); }
};

struct Tanh {
  BERTLET_INLINE static real value(real x) { return tanh(x); }
  BERTLET_INLINE static real grad(real dy, real y) { return dy * ((1 - y) * (1 + y)); }
};

struct Sigmoid {
  BERTLET_INLINE static real value(real x) { return sigmoid(x); }
  BERTLET_INLINE static real grad(real dy, real y) { return dy * (y * (1 - y)); }
};

struct Relu {  // NaN stays NaN; the slope at 0 is 0
  BERTLET_INLINE static real value(real x) { return relu(x); }
  BERTLET_INLINE static real grad(real dy, real y) { return y <= 0 ? 0 : dy; }
};

struct Log {
  BERTLET_INLINE static real value(real x) { return log(x); }
  BERTLET_INLINE static real grad(real dy, real x) { return dy / x; }
};

struct Erf {  // (2 / √π) exp(-x²)
  BERTLET_INLINE static real value(real x) { return erf(x); }
  BERTLET_INLINE static real grad(real dy, real x) {
    return dy * (static_cast<real>(1.1283791670955126) * exp_of_negative(-x * x));
  }
};

struct Gelu {
  BERTLET_INLINE static real value(real x) { return gelu(x); }
  BERTLET_INLINE static real slope(real x) { return gelu_slope(x); }
  BERTLET_INLINE static real grad(real dy, real x) { return dy * slope(x); }
};

struct GeluTanh {
  BERTLET_INLINE static real value(real x) { return gelu_tanh(x); }
  BERTLET_INLINE static real slope(real x) { return gelu_tanh_slope(x); }
  BERTLET_INLINE static real grad(real dy, real x) { return dy * slope(x); }
};

}  // namespace
}  // namespace bertlet
