// A straight line w x + b beside three points: the loss, its graph and its gradient, small enough for paper.
// core/README.md follows the numbers.
#include "core/graph.h"
#include "core/ops.h"

using namespace bertlet;

int main(int argc, char**) {
  const Tensor x = Array::of({3}, {1, 2, 3});
  const Tensor target = Array::of({3}, {1, 5, 6});
  const Tensor w = Tensor::parameter(Array::number(3));
  const Tensor b = Tensor::parameter(Array::number(-1));

  const Tensor error = w * x + b - target;  // [3]
  const Tensor loss = sum(error * error);   // one number

  if (argc > 1) {  // by_hand dot
    fmt::print("{}", to_dot(loss));
    return 0;
  }
  fmt::print("error {}\n", fmt::join(error.value().values(), " "));
  fmt::print("loss  {}\n\n{}\n", loss.item(), describe(loss));
  backward(loss);
  fmt::print("dw    {}\n", w.grad()[0]);
  fmt::print("db    {}\n", b.grad()[0]);
}
