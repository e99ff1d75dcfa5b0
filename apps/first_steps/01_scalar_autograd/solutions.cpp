// Solutions of chapter 1.
#include <fmt/format.h>

#include "apps/first_steps/01_scalar_autograd/engine.h"

// Exercise 1: y = a b + a, a = 2, b = 5.
void by_hand() {
  const Value a = 2, b = 5;
  backward(a * b + a);
  fmt::print("1  da {}  db {}\n", a.grad(), b.grad());
}

// Exercise 2: the same with = in the place of +=, as if every node had one user.
void overwritten() {
  const Value a = 2, b = 5, y = a * b + a;
  y.grad() = 1;
  for (const Edge& edge : y.node->inputs) edge.input->grad = edge.slope * 1;
  const Node& product = *y.node->inputs[0].input;
  for (const Edge& edge : product.inputs) edge.input->grad = edge.slope * product.grad;
  fmt::print("2  da {}  db {}\n", a.grad(), b.grad());
}

// Exercise 3: exp, whose slope is its value; sigmoid(0) = 1 / (1 + exp 0) by exp and a reciprocal.
Value exp(const Value& x) {
  const double y = std::exp(x.number());
  return {y, {{x.node, y}}};
}
Value reciprocal(const Value& x) { return {1 / x.number(), {{x.node, -1 / (x.number() * x.number())}}}; }

void sigmoid_at_zero() {
  const Value x = 0;
  const Value y = reciprocal(1 + exp(0 - x));
  backward(y);
  fmt::print("3  sigmoid(0) {}  slope {}\n", y.number(), x.grad());
}

// Exercise 4: a neuron learns that tanh(w · 1) should be 0.5.
void neuron() {
  Value w = 0;
  for (int step = 0; step < 50; ++step) {
    const Value error = tanh(w * 1) - 0.5;
    w.grad() = 0;
    backward(error * error);
    w = w.number() - 0.5 * w.grad();
  }
  fmt::print("4  w {:.4f}, atanh(0.5) {:.4f}\n", w.number(), std::atanh(0.5));
}

int main() {
  by_hand();
  overwritten();
  sigmoid_at_zero();
  neuron();
}
