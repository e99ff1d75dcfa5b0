#include "tests/core/examples.h"

#include "core/autograd.h"
#include "tests/catch.h"

namespace bertlet {

void check(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    INFO(example.name);
    const Tensor y = example.f(example.x);
    CHECK(y.shape() == example.want.shape());
    CHECK(values(y) == example.want.values());
    backward(y, Array::of(y.shape(), example.dy));
    CHECK(example.x.grad().shape() == example.x.shape());
    CHECK(gradient(example.x) == example.dx);
  }
}

}  // namespace bertlet
