#include "nn/check/loss_twin.h"

#include "core/ops/arithmetic.h"
#include "core/ops/functions.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"

namespace bertlet {

namespace {

Tensor reduced(const Tensor& losses, Reduction reduction, real divisor) {
  if (reduction == Reduction::none) return losses;
  return reduction == Reduction::sum ? sum(losses) : sum(losses) / divisor;
}

Tensor length(const Tensor& x) { return sqrt(sum(x * x, -1)); }

}  // namespace

// −Σ t log softmax(x) with the target distribution t written out.
Tensor spelled_cross_entropy(const Tensor& logits, const std::vector<int64_t>& labels,
                             const CrossEntropyOptions& options) {
  const int64_t classes = logits.shape()[1];
  const Array weights = options.weights ? options.weights : Array::filled({classes}, 1);
  Array target = Array::filled(logits.shape(), 0);
  real divisor = 0;
  for (int64_t row = 0; row < logits.shape()[0]; ++row) {
    const int64_t label = labels[static_cast<std::size_t>(row)];
    if (label == options.ignore) continue;
    for (int64_t c = 0; c < classes; ++c)
      target[row * classes + c] = options.smoothing / static_cast<real>(classes) * weights[c];
    target[row * classes + label] += (1 - options.smoothing) * weights[label];
    divisor += weights[label];
  }
  return reduced(-sum(target * log_softmax(logits), 1), options.reduction, divisor);
}

// p y log(1 + exp −x) + (1 − y) log(1 + exp x)
Tensor spelled_bce_with_logits(const Tensor& x, const Array& targets, const BceOptions& options) {
  const Tensor y(targets), p = options.positive_weights ? Tensor(options.positive_weights) : Tensor(1);
  const Tensor losses = p * y * log(1 + exp(-x)) + (1 - y) * log(1 + exp(x));
  return reduced(losses, options.reduction, static_cast<real>(targets.size()));
}

Tensor spelled_mse(const Tensor& a, const Tensor& b, Reduction reduction) {
  const Tensor difference = a - b;
  return reduced(difference * difference, reduction, static_cast<real>(difference.value().size()));
}

Tensor spelled_cosine_similarity(const Tensor& a, const Tensor& b) { return sum(a * b, -1) / (length(a) * length(b)); }

}  // namespace bertlet
