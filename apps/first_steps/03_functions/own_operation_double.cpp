// An operation of one's own: softplus(x) = log(1 + exp x), whose derivative is 1 / (1 + exp(−x)). Compiled in double,
// where differences prove a gradient.
#include <cmath>

#include "core/check/gradcheck.h"
#include "core/ops.h"

using namespace bertlet;

Tensor softplus(const Tensor& x) {
  Array y(x.shape());
  for (int64_t i = 0; i < y.size(); ++i) y[i] = std::log1p(std::exp(x.value()[i]));
  return record<"softplus">(y, {x}, [x = x.value()](Array dy, Into dx) {
    Array g(x.shape());
    for (int64_t i = 0; i < g.size(); ++i) g[i] = dy[i] / (1 + std::exp(-x[i]));
    dx += std::move(g);
  });
}

// The same value with a slip in the gradient: the minus sign is missing.
Tensor slip(const Tensor& x) {
  return record<"slip">(softplus(x).value(), {x}, [x = x.value()](Array dy, Into dx) {
    Array g(x.shape());
    for (int64_t i = 0; i < g.size(); ++i) g[i] = dy[i] / (1 + std::exp(x[i]));
    dx += std::move(g);
  });
}

int main() {
  const Array x = Array::of({2, 2}, {-2, -0.5, 1, 3});
  const Tensor spelled = log(1 + exp(x));
  fmt::print("softplus      {:.4f}\n", fmt::join(softplus(x).value().values(), " "));
  fmt::print("spelled out   {:.4f}\n\n", fmt::join(spelled.value().values(), " "));

  const GradcheckReport right = gradcheck([](auto& inputs) { return softplus(inputs[0]); }, {x});
  const GradcheckReport wrong = gradcheck([](auto& inputs) { return slip(inputs[0]); }, {x});
  fmt::print("softplus: {} derivatives, {}\n", right.derivatives, right.passed ? "right" : "WRONG");
  fmt::print("slip:     {} derivatives, {}: at element {} backward gave {:.4f}, differences {:.4f}\n",
             wrong.derivatives, wrong.passed ? "right" : "WRONG", wrong.element, wrong.analytic, wrong.numeric);
}
