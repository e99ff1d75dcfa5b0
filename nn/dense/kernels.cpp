#include "nn/dense/kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/unary.h"

namespace bertlet {
namespace {

struct Identity {
  BERTLET_INLINE static real value(real x) { return x; }
  BERTLET_INLINE static real grad(real dy, real) { return dy; }
};

struct Silu {
  BERTLET_INLINE static real value(real x) { return x * sigmoid(x); }
  BERTLET_INLINE static real slope(real x) {
    const real s = sigmoid(x);
    return s + x * s * (1 - s);
  }
};

struct KeptSlope {
  BERTLET_INLINE static real grad(real dy, real slope) { return dy * slope; }
};

template <class F>
void value(const real* bias, real* z, int64_t rows, int64_t cols, int64_t stride) {
  for (int64_t r = 0; r < rows; ++r)
    each(cols, [=, row = z + r * stride](int64_t c) { row[c] = F::value(row[c] + bias[c]); });
}

template <class F>
void value_and_slope(const real* bias, real* z, real* slope, int64_t rows, int64_t cols, int64_t stride) {
  for (int64_t r = 0; r < rows; ++r)
    each(cols, [=, row = z + r * stride, slopes = slope + r * stride](int64_t c) {
      const real x = row[c] + bias[c];
      row[c] = F::value(x);
      slopes[c] = F::slope(x);
    });
}

// Four rows at a time, so that the sums are read and written less often.
template <class F>
void grad(const real* dy, const real* saved, real* dz, real* dbias, int64_t rows, int64_t cols) {
  const auto one = [=](int64_t i) { return dz[i] = F::grad(dy[i], saved[i]); };
  each(cols, [=](int64_t c) { dbias[c] = 0; });
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4)
    each(cols, [=, i = r * cols](int64_t c) {
      dbias[c] += (one(i + c) + one(i + c + cols)) + (one(i + c + 2 * cols) + one(i + c + 3 * cols));
    });
  for (; r < rows; ++r) each(cols, [=, i = r * cols](int64_t c) { dbias[c] += one(i + c); });
}

// Computed beside the value, the slope shares most of the work.
template <class F>
constexpr ActivationKernels keeps_slope{value<F>, value_and_slope<F>, grad<KeptSlope>};

// The gradient follows from the result.
template <class F>
constexpr ActivationKernels keeps_result{value<F>, nullptr, grad<F>};

// In the order of Activation.
constexpr ActivationKernels activations[] = {
    keeps_slope<Gelu>,     keeps_slope<GeluTanh>, keeps_result<Relu>,     keeps_result<Tanh>,
    keeps_result<Sigmoid>, keeps_slope<Silu>,     keeps_result<Identity>,
};

}  // namespace

extern const LinearKernels BERTLET_TABLE(linear_kernels);
const LinearKernels BERTLET_TABLE(linear_kernels){activations};

}  // namespace bertlet
