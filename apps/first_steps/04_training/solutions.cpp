// Solutions of chapter 4.
#include "core/ops.h"
#include "core/random.h"
#include "optim/adam.h"

using namespace bertlet;

// Exercise 1: two steps of Adam on one number, with gradients 5 and −5.
void by_hand() {
  const Tensor p = Tensor::parameter(Array::number(1));
  Parameters parameters({{"p", p}});
  optim::Adam optimizer(parameters, {.lr = 0.1});
  for (const real gradient : {real(5), real(-5)}) {
    backward(p * gradient);
    optimizer.step();
    parameters.reset_grad();
    fmt::print("1  p {:.4f}\n", p.value()[0]);
  }
}

struct Network {
  Tensor w1 = Tensor::parameter(normal({.seed = 1, .site = 1}, {2, 4}));
  Tensor b1 = Tensor::parameter(Array::filled({4}, 0));
  Tensor w2 = Tensor::parameter(normal({.seed = 1, .site = 2}, {4, 1}));
  Tensor b2 = Tensor::parameter(Array::filled({1}, 0));
  bool curved = true;

  Tensor loss() const {
    const Tensor x = Array::of({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1}), target = Array::of({4, 1}, {0, 1, 1, 0});
    const Tensor z = matmul(x, w1) + b1;
    return mean(pow(sigmoid(matmul(curved ? tanh(z) : z, w2) + b2) - target, 2));
  }
  std::vector<Tensor> parameters() const { return {w1, b1, w2, b2}; }
};

void descend(Tensor parameter, real rate) {
  const Array gradient = parameter.grad();
  Array value = parameter.edit();
  for (int64_t i = 0; i < value.size(); ++i) value[i] -= rate * gradient[i];
}

// Exercises 2 and 3: without tanh, and without reset_grad.
real trained(Network network, bool reset, int steps) {
  for (int step = 0; step < steps; ++step) {
    backward(network.loss());
    for (Tensor parameter : network.parameters()) {
      descend(parameter, 2);
      if (reset) parameter.reset_grad();
    }
  }
  return network.loss().item();
}

// Exercise 4: AdamW in the place of plain descent.
void with_adam() {
  Network network;
  Parameters parameters({{"w1", network.w1}, {"b1", network.b1}, {"w2", network.w2}, {"b2", network.b2}});
  optim::AdamW optimizer(parameters, {.lr = 0.1, .weight_decay = 0, .groups = {}});
  for (int step = 0; step < 100; ++step) {
    parameters.reset_grad();
    backward(network.loss());
    optimizer.step();
  }
  fmt::print("4  AdamW, 100 steps: loss {:.3f}\n", network.loss().item());
}

int main() {
  by_hand();
  Network straight;
  straight.curved = false;
  fmt::print("2  without tanh: loss {:.2f}\n", trained(straight, true, 500));
  for (const bool reset : {true, false})
    fmt::print("3  {} reset_grad, 20 steps: loss {:.2f}\n", reset ? "with" : "without", trained(Network(), reset, 20));
  with_adam();
}
