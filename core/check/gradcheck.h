#pragma once
#include <functional>
#include <string>

#include "core/autograd.h"

namespace bertlet {

// Proves the gradient of a function of tensors against central differences:
//
//   const auto report = gradcheck([](auto& x) { return tanh(matmul(x[0], x[1])); }, {a, b});
//   require(report.passed, "{}", report.text());
//
// The result is weighed with random numbers (a plain sum would hide wrong softmax gradients), and every subset of the
// inputs takes its turn at wanting a gradient. Use the double build: in float, differences prove little.
using TensorFunction = std::function<Tensor(const std::vector<Tensor>&)>;

struct GradcheckOptions {
  double eps = sizeof(real) == 8 ? 1e-5 : 1e-2;   // the step of the differences
  double atol = sizeof(real) == 8 ? 1e-8 : 2e-2;  // an element is right if |error| ≤ atol + rtol · its size
  double rtol = sizeof(real) == 8 ? 1e-6 : 2e-2;
  std::uint64_t seed = 1;  // of the random cotangent
};

struct GradcheckReport {
  bool passed = true;
  double worst = 0;       // the largest |error| / (atol / rtol + size): at most rtol if all passed
  std::size_t input = 0;  // where the worst is
  int64_t element = 0;
  double analytic = 0;      // what backward gave there
  double numeric = 0;       // what the differences gave
  int64_t derivatives = 0;  // how many were compared
  std::string trouble;      // what else is wrong, such as a gradient for an input that wants none

  std::string text() const;
};

GradcheckReport gradcheck(const TensorFunction& f, const std::vector<Array>& inputs,
                          const GradcheckOptions& options = {});

}  // namespace bertlet
