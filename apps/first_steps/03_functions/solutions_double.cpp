// Solutions of chapter 3.
#include <cmath>

#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "core/random.h"
#include "nn/losses/losses.h"

using namespace bertlet;

// Exercise 1: x = (0, ln 3), label 0.
void by_hand() {
  const Tensor x = Tensor::parameter(Array::of({1, 2}, {0, std::log(real(3))}));
  const Tensor loss = cross_entropy(x, {0});
  backward(loss);
  fmt::print("1  p {:.2f}  loss {:.4f} = ln 4  gradient {:.2f}\n", fmt::join(softmax(x).value().values(), " "),
             loss.item(), fmt::join(x.grad().values(), " "));
}

// Exercise 2: exp of what was not made smaller first.
void overflow() {
  const Tensor x = Array::of({2}, {1000, 999});
  const Tensor careless = exp(x) / sum(exp(x));
  fmt::print("2  careless {}, with the largest taken off {:.4f}\n",
             std::isnan(careless.value()[0]) ? "NaN" : "a number", fmt::join(softmax(x).value().values(), " "));
}

// Exercise 3: how far the two GELUs are apart.
void two_gelus() {
  real worst = 0, at = 0;
  for (int i = -400; i <= 400; ++i) {
    const real x = static_cast<real>(i) / 100;
    const real apart = std::abs(gelu(Tensor(x)).item() - gelu_tanh(Tensor(x)).item());
    if (apart > worst) {
      worst = apart;
      at = x;
    }
  }
  fmt::print("3  at most {:.5f} apart, at x = {:.1f}\n", worst, std::abs(at));
}

// Exercise 4: y = x r, r = 1 / √(mean of x²): a norm that takes no mean off. dx = r (dy − y · mean of dy y).
Tensor rms_norm(const Tensor& x) {
  const int64_t n = x.shape()[0];
  const real r = 1 / std::sqrt(mean(x.detached() * x.detached()).item());
  const Array y = (x.detached() * Tensor(r)).value();
  return record<"rms_norm">(y, {x}, [=](Array dy, Into dx) {
    Array g({n});
    real weighed = 0;
    for (int64_t i = 0; i < n; ++i) weighed += dy[i] * y[i] / static_cast<real>(n);
    for (int64_t i = 0; i < n; ++i) g[i] = r * (dy[i] - y[i] * weighed);
    dx += std::move(g);
  });
}

void own_norm() {
  const auto report = gradcheck([](auto& in) { return rms_norm(in[0]); }, {normal({.seed = 1}, {5})});
  fmt::print("4  {} derivatives {}\n", report.derivatives, report.passed ? "right" : "WRONG");
}

int main() {
  by_hand();
  overflow();
  two_gelus();
  own_norm();
}
