#include "core/kernels/functions.h"

#include "core/kernels/isa.h"
#include "core/kernels/unary.h"

namespace bertlet {
namespace {

template <class F>
void value(const real* x, real* y, int64_t n) {
  each(n, [=](int64_t i) { y[i] = F::value(x[i]); });
}

template <class F>
void grad(const real* dy, const real* saved, real beta, real* dx, int64_t n) {
  accumulate(beta, dx, n, [=](int64_t i) { return F::grad(dy[i], saved[i]); });
}

template <class F>
constexpr UnaryKernels kernels{value<F>, grad<F>};

}  // namespace

extern const FunctionKernels BERTLET_TABLE(functions);
const FunctionKernels BERTLET_TABLE(functions){
    .exp = kernels<Exp>,
    .sqrt = kernels<Sqrt>,
    .tanh = kernels<Tanh>,
    .sigmoid = kernels<Sigmoid>,
    .relu = kernels<Relu>,
    .log = kernels<Log>,
    .erf = kernels<Erf>,
    .gelu = kernels<Gelu>,
    .gelu_tanh = kernels<GeluTanh>,
};

}  // namespace bertlet
