#include "core/check/gradcheck.h"

#include <cmath>

#include "core/random.h"
#include "core/require.h"

namespace bertlet {

namespace {

using Arrays = std::vector<Array>;
using Subset = std::uint32_t;  // bit i: input i wants a gradient

std::vector<Tensor> tensors(const Arrays& inputs, Subset wanted) {
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    result.push_back(wanted >> i & 1 ? Tensor::parameter(inputs[i]) : Tensor(inputs[i]));
  return result;
}

double dot(const Array& a, const Array& b) {
  double total = 0;
  for (int64_t i = 0; i < a.size(); ++i) total += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return total;
}

// ∂(cotangent · f) / ∂(each element of input i), by central differences.
std::vector<double> differences(const TensorFunction& f, Arrays inputs, std::size_t i, const Array& cotangent,
                                double eps) {
  inputs[i] = inputs[i].clone();
  std::vector<double> derivatives;
  for (int64_t element = 0; element < inputs[i].size(); ++element) {
    real& x = inputs[i][element];
    const real middle = x;
    x = static_cast<real>(middle + eps);
    const double right = x, above = dot(cotangent, f(tensors(inputs, 0)).value());
    x = static_cast<real>(middle - eps);
    const double left = x, below = dot(cotangent, f(tensors(inputs, 0)).value());
    x = middle;
    derivatives.push_back((above - below) / (right - left));
  }
  return derivatives;
}

class Comparison {
 public:
  explicit Comparison(const GradcheckOptions& options) : options_(options) {}

  void compare(std::size_t input, const Array& analytic, const std::vector<double>& numeric) {
    for (std::size_t i = 0; i < numeric.size(); ++i)
      compare(input, static_cast<int64_t>(i), analytic ? static_cast<double>(analytic[static_cast<int64_t>(i)]) : 0,
              numeric[i]);
  }

  void blame(std::string trouble) {
    report.passed = false;
    report.trouble = std::move(trouble);
  }

  GradcheckReport report;

 private:
  void compare(std::size_t input, int64_t element, double analytic, double numeric) {
    ++report.derivatives;
    const double size = std::max(std::abs(analytic), std::abs(numeric));
    const double error = std::abs(analytic - numeric) / (options_.atol / options_.rtol + size);
    const bool right = error <= options_.rtol;  // false for NaN
    const bool worse = !(error <= report.worst);
    report.passed = report.passed && right;
    if (!worse || std::isnan(report.worst)) return;
    report.worst = error;
    report.input = input;
    report.element = element;
    report.analytic = analytic;
    report.numeric = numeric;
  }

  GradcheckOptions options_;
};

void check_subset(const TensorFunction& f, const Arrays& inputs, Subset wanted, const Array& cotangent,
                  const std::vector<std::vector<double>>& numeric, Comparison& comparison) {
  const std::vector<Tensor> x = tensors(inputs, wanted);
  const Tensor y = f(x);
  if (!y.wants_grad()) return comparison.blame("the result does not want a gradient though an input does");
  backward(y, cotangent.clone());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (wanted >> i & 1)
      comparison.compare(i, x[i].grad(), numeric[i]);
    else if (x[i].grad())
      comparison.blame(fmt::format("input {} got a gradient it does not want", i));
  }
}

}  // namespace

std::string GradcheckReport::text() const {
  if (!trouble.empty()) return trouble;
  return fmt::format(
      "{}: {} derivatives, worst relative error {:.1e} at input {} element {}: backward gave {:.9g}, differences "
      "{:.9g}",
      passed ? "right" : "WRONG", derivatives, worst, input, element, analytic, numeric);
}

GradcheckReport gradcheck(const TensorFunction& f, const std::vector<Array>& inputs, const GradcheckOptions& options) {
  require(!inputs.empty() && inputs.size() <= 10, "gradcheck: got {} inputs, want 1 to 10", inputs.size());
  const Shape shape = f(tensors(inputs, 0)).shape();
  const Array cotangent = normal(Rng{.seed = options.seed}, shape);
  std::vector<std::vector<double>> numeric;
  for (std::size_t i = 0; i < inputs.size(); ++i) numeric.push_back(differences(f, inputs, i, cotangent, options.eps));
  Comparison comparison(options);
  for (Subset wanted = 1; wanted < Subset{1} << inputs.size(); ++wanted)
    check_subset(f, inputs, wanted, cotangent, numeric, comparison);
  return comparison.report;
}

}  // namespace bertlet
