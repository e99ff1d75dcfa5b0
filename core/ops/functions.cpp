#include "core/ops.h"
#include "core/ops/elementwise.h"

namespace bertlet {

namespace {

// y = f(x), whose derivative is cheapest from y.
template <Name name>
Tensor keeping_result(const Tensor& x, const UnaryKernels& f) {
  const Array y = map(name.characters, f.value, x.value());
  return record<name>(y, {x}, [&f, y](Array dy, Into dx) { map_grad(f.grad, std::move(dy), y, dx); });
}

// y = f(x), whose derivative needs x.
template <Name name>
Tensor keeping_argument(const Tensor& x, const UnaryKernels& f) {
  return record<name>(map(name.characters, f.value, x.value()), {x},
                      [&f, x = x.value()](Array dy, Into dx) { map_grad(f.grad, std::move(dy), x, dx); });
}

}  // namespace

Tensor exp(const Tensor& x) { return keeping_result<"exp">(x, functions().exp); }
Tensor sqrt(const Tensor& x) { return keeping_result<"sqrt">(x, functions().sqrt); }
Tensor tanh(const Tensor& x) { return keeping_result<"tanh">(x, functions().tanh); }
Tensor sigmoid(const Tensor& x) { return keeping_result<"sigmoid">(x, functions().sigmoid); }
Tensor relu(const Tensor& x) { return keeping_result<"relu">(x, functions().relu); }
Tensor log(const Tensor& x) { return keeping_argument<"log">(x, functions().log); }
Tensor erf(const Tensor& x) { return keeping_argument<"erf">(x, functions().erf); }
Tensor gelu(const Tensor& x) { return keeping_argument<"gelu">(x, functions().gelu); }
Tensor gelu_tanh(const Tensor& x) { return keeping_argument<"gelu_tanh">(x, functions().gelu_tanh); }

}  // namespace bertlet
