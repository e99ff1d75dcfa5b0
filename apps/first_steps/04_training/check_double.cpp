// The gradient of a whole network against differences, before it is trained. Compiled in double.
#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "core/random.h"

using namespace bertlet;

int main() {
  const Tensor x = Array::of({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1});
  const Tensor target = Array::of({4, 1}, {0, 1, 1, 0});
  const auto loss = [&](const std::vector<Tensor>& p) {  // p: w1, b1, w2, b2
    const Tensor hidden = tanh(matmul(x, p[0]) + p[1]);
    return mean(pow(sigmoid(matmul(hidden, p[2]) + p[3]) - target, 2));
  };
  const GradcheckReport report = gradcheck(loss, {normal({.seed = 1, .site = 1}, {2, 4}), Array::filled({4}, 0),
                                                  normal({.seed = 1, .site = 2}, {4, 1}), Array::filled({1}, 0)});
  fmt::print("{} derivatives {}\n", report.derivatives, report.passed ? "right" : "WRONG");
}
