// Solutions of chapter 11.
#include <cmath>

#include "core/ops.h"

using namespace bertlet;

std::string text_of(const Tensor& x) { return fmt::format("{:.2f}", fmt::join(x.value().values(), " ")); }

// Exercise 1: two layers that look alike.
void rollout() {
  const Tensor a = Array::of({2, 2}, {0.5f, 0.5f, 0, 1}), same = Array::of({2, 2}, {1, 0, 0, 1});
  const Tensor layer = (a + same) / 2;
  fmt::print("1  {}\n", text_of(matmul(layer, layer)));
}

// Exercise 2: the entropy of a head that looks at all of T tokens alike, and of one that looks at one.
void entropies() { fmt::print("2  {:.2f} and {:.2f}\n", std::log(8.0), -1 * std::log(1.0) + 0.0); }

// Exercise 3: y = max(a, b) is 1 where either is there. Each by itself takes nothing away.
void occlusion() {
  const auto y = [](double a, double b) { return std::max(a, b); };
  fmt::print("3  without a {}, without b {}, without both {}\n", y(1, 1) - y(0, 1), y(1, 1) - y(1, 0),
             y(1, 1) - y(0, 0));
}

// Exercise 4: gradient times input of y = tanh(10 x) at x = 1, and integrated from 0.
void gradients() {
  const Tensor x = Tensor::parameter(Array::number(1));
  backward(tanh(10 * x));
  double integral = 0;
  for (int i = 0; i < 1000; ++i) {
    const Tensor at = Tensor::parameter(Array::number((static_cast<real>(i) + real(0.5)) / 1000));
    backward(tanh(10 * at));
    integral += static_cast<double>(at.grad()[0]) / 1000;
  }
  fmt::print("4  gradient times input {:.2f}, integrated {:.2f}\n", x.grad()[0], integral);
}

int main() {
  rollout();
  entropies();
  occlusion();
  gradients();
}
