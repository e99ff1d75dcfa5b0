#include "core/ops.h"
#include "core/ops/elementwise.h"

namespace bertlet {

Tensor add(const Tensor& a, const Tensor& b) {
  return record<"add">(combine("add", arithmetic().add, a.value(), b.value()), {a, b}, [](Array dy, Into da, Into db) {
    pass_on("add", 1, dy, db);
    pass_on("add", 1, std::move(dy), da);
  });
}

Tensor sub(const Tensor& a, const Tensor& b) {
  return record<"sub">(combine("sub", arithmetic().sub, a.value(), b.value()), {a, b}, [](Array dy, Into da, Into db) {
    pass_on("sub", -1, dy, db);
    pass_on("sub", 1, std::move(dy), da);
  });
}

Tensor neg(const Tensor& a) {
  return record<"neg">(scaled("neg", -1, a.value()), {a},
                       [](Array dy, Into da) { pass_on("neg", -1, std::move(dy), da); });
}

namespace {
Array kept_for(const Tensor& other, const Tensor& x) { return other.wants_grad() ? x.value() : Array(); }
}  // namespace

// Each factor is kept only for the other's gradient: x * 0.5 keeps one number.
Tensor mul(const Tensor& a, const Tensor& b) {
  return record<"mul">(combine("mul", arithmetic().mul.value, a.value(), b.value()), {a, b},
                       [a = kept_for(b, a), b = kept_for(a, b)](Array dy, Into da, Into db) {
                         combine_grad("mul", arithmetic().mul.grad_b, dy, a, a, db);
                         combine_grad("mul", arithmetic().mul.grad_a, std::move(dy), b, b, da);
                       });
}

namespace {

template <Name name>
Tensor binary(const Tensor& a, const Tensor& b, const BinaryKernels& kernels) {
  return record<name>(combine(name.characters, kernels.value, a.value(), b.value()), {a, b},
                      [&kernels, a = a.value(), b = b.value()](Array dy, Into da, Into db) {
                        combine_grad(name.characters, kernels.grad_b, dy, a, b, db);
                        combine_grad(name.characters, kernels.grad_a, std::move(dy), a, b, da);
                      });
}

}  // namespace

Tensor div(const Tensor& a, const Tensor& b) { return binary<"div">(a, b, arithmetic().div); }
Tensor pow(const Tensor& a, const Tensor& b) { return binary<"pow">(a, b, arithmetic().pow); }

}  // namespace bertlet
