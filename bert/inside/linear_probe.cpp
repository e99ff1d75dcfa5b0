#include "bert/inside/linear_probe.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bert/inside/minimum.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "core/product/product.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

// A column counts as constant where it differs from its mean by no more than the mean's own rounding.
void measure_columns(const Array& x, Array& mean, Array& deviation) {
  const int64_t rows = x.shape()[0], width = x.shape()[1];
  for (int64_t column = 0; column < width; ++column) {
    double sum = 0, squares = 0;
    for (int64_t row = 0; row < rows; ++row) sum += static_cast<double>(x[row * width + column]);
    const double middle = sum / static_cast<double>(rows);
    for (int64_t row = 0; row < rows; ++row) {
      const double off = static_cast<double>(x[row * width + column]) - middle;
      squares += off * off;
    }
    const double spread = std::sqrt(squares / static_cast<double>(rows));
    const double rounding = std::numeric_limits<double>::epsilon() * static_cast<double>(rows) * std::abs(middle);
    mean[column] = static_cast<real>(middle);
    deviation[column] = static_cast<real>(spread > rounding ? spread : 1);
  }
}

Array scaled_columns(const Array& x, const Array& mean, const Array& deviation) {
  const int64_t width = x.shape()[1];
  Array to(x.shape());
  for (int64_t i = 0; i < x.size(); ++i) to[i] = (x[i] - mean[i % width]) / deviation[i % width];
  return to;
}

// x[N, H] Wᵀ + b for W and b one behind the other: [N, C].
Array logits_of(const Array& x, const Array& weight, const Array& bias) {
  const int64_t rows = x.shape()[0], width = x.shape()[1], classes = bias.size();
  Array to({rows, classes});
  for (int64_t i = 0; i < to.size(); ++i) to[i] = bias[i % classes];
  product({x.data(), rows, width, width}, {weight.data(), width, classes, width, true}, 1, to.data(), classes);
  return to;
}

// The loss over N as a function of W and b, one behind the other.
class Regression {
 public:
  Regression(const Array& x, const std::vector<int64_t>& labels, int64_t classes, double l2)
      : x_(x), labels_(labels), weight_({classes, x.shape()[1]}), bias_({classes}), decay_(l2 / rows()) {}

  int64_t size() const { return weight_.size() + bias_.size(); }
  const Array& weight() const { return weight_; }
  const Array& bias() const { return bias_; }

  void set(std::span<const double> numbers) {
    for (int64_t i = 0; i < weight_.size(); ++i) weight_[i] = static_cast<real>(numbers[to_size(i)]);
    for (int64_t i = 0; i < bias_.size(); ++i) bias_[i] = static_cast<real>(numbers[to_size(weight_.size() + i)]);
  }

  double operator()(std::span<const double> numbers, std::span<double> gradient) {
    set(numbers);
    Array logits = logits_of(x_, weight_, bias_);
    const double loss = loss_and_slopes(logits);
    set_slopes(logits, gradient);
    double squares = 0;
    for (std::size_t i = 0; i < to_size(weight_.size()); ++i) {
      squares += numbers[i] * numbers[i];
      gradient[i] += decay_ * numbers[i];
    }
    return loss + 0.5 * decay_ * squares;
  }

 private:
  double rows() const { return static_cast<double>(x_.shape()[0]); }

  // The mean of −log softmax; logits become its slopes by them.
  double loss_and_slopes(Array& logits) const {
    const int64_t classes = bias_.size();
    double loss = 0;
    for (int64_t row = 0; row < x_.shape()[0]; ++row) {
      real* z = logits.data() + row * classes;
      const double most = static_cast<double>(*std::max_element(z, z + classes));
      double sum = 0;
      for (int64_t c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(z[c]) - most);
      const int64_t label = labels_[to_size(row)];
      loss += (most + std::log(sum) - static_cast<double>(z[label])) / rows();
      for (int64_t c = 0; c < classes; ++c)
        z[c] = static_cast<real>((std::exp(static_cast<double>(z[c]) - most) / sum - (c == label ? 1 : 0)) / rows());
    }
    return loss;
  }

  // From those by the logits [N, C] those by W and b.
  void set_slopes(const Array& by_logits, std::span<double> gradient) const {
    const int64_t classes = bias_.size(), width = x_.shape()[1], count = x_.shape()[0];
    Array by_weight(weight_.shape());
    product({by_logits.data(), classes, count, classes, true}, {x_.data(), count, width, width}, 0, by_weight.data(),
            width);
    for (int64_t i = 0; i < by_weight.size(); ++i) gradient[to_size(i)] = static_cast<double>(by_weight[i]);
    const std::span<double> by_bias = gradient.subspan(to_size(weight_.size()));
    std::ranges::fill(by_bias, 0);
    for (int64_t i = 0; i < by_logits.size(); ++i) by_bias[to_size(i % classes)] += static_cast<double>(by_logits[i]);
  }

  const Array& x_;
  const std::vector<int64_t>& labels_;
  Array weight_, bias_;
  double decay_;
};

}  // namespace

std::vector<int64_t> LinearProbe::predictions(const Array& states) const {
  return argmax_of_rows(logits_of(scaled_columns(states, mean, deviation), weight, bias));
}

LinearProbe fit_probe(const Array& states, const std::vector<int64_t>& labels, int64_t classes, double l2) {
  require(std::ssize(labels) == states.shape()[0] && !labels.empty(), "fit_probe: got {} labels for {} states",
          labels.size(), states.shape()[0]);
  const int64_t width = states.shape()[1];
  LinearProbe to{.mean = Array({width}), .deviation = Array({width})};
  measure_columns(states, to.mean, to.deviation);
  const Array x = scaled_columns(states, to.mean, to.deviation);
  Regression regression(x, labels, classes, l2);
  std::vector<double> numbers(to_size(regression.size()), 0);
  const Minimum minimum = minimise([&](auto at, auto gradient) { return regression(at, gradient); }, numbers);
  regression.set(numbers);
  to.weight = regression.weight();
  to.bias = regression.bias();
  to.loss = minimum.value;
  to.steps = minimum.steps;
  return to;
}

}  // namespace bertlet::inside
