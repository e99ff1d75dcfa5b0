// Exclusive or: no single layer can compute it; two learn it.
#include "core/ops.h"
#include "core/random.h"

using namespace bertlet;

// A step against the gradient, after which the next one starts from nothing.
void descend(Tensor& parameter, real rate) {
  const Array gradient = parameter.grad();
  Array value = parameter.edit();
  for (int64_t i = 0; i < value.size(); ++i) value[i] -= rate * gradient[i];
  parameter.reset_grad();
}

int main() {
  const Tensor x = Array::of({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1});
  const Tensor target = Array::of({4, 1}, {0, 1, 1, 0});

  Tensor w1 = Tensor::parameter(normal(Rng{.seed = 1, .site = 1}, {2, 4}));
  Tensor b1 = Tensor::parameter(Array::filled({4}, 0));
  Tensor w2 = Tensor::parameter(normal(Rng{.seed = 1, .site = 2}, {4, 1}));
  Tensor b2 = Tensor::parameter(Array::filled({1}, 0));

  Tensor y;
  for (int step = 0; step <= 500; ++step) {
    const Tensor hidden = tanh(matmul(x, w1) + b1);  // [4, 4]
    y = sigmoid(matmul(hidden, w2) + b2);            // [4, 1]
    const Tensor loss = mean(pow(y - target, 2));
    if (step % 100 == 0) fmt::print("step {:3}  loss {:.3f}\n", step, loss.item());
    backward(loss);
    for (Tensor* parameter : {&w1, &b1, &w2, &b2}) descend(*parameter, 2);
  }
  fmt::print("\n");
  for (int64_t i = 0; i < 4; ++i)
    fmt::print("{} xor {} is {:.2f}\n", x.value()[2 * i], x.value()[2 * i + 1], y.value()[i]);
}
