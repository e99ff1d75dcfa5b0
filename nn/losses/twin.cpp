#include "nn/losses/twin.h"

#include "core/ops.h"
#include "core/random.h"
#include "nn/cases.h"

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
    const int64_t label = labels[to_size(row)];
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

// --- the cases ------------------------------------------------------------------------------------------------------

namespace {

using Inputs = const std::vector<Tensor>&;

// Some labels for rows of logits; the third row has none.
std::vector<int64_t> labels_for(const Tensor& logits, int64_t ignore = no_label) {
  std::vector<int64_t> labels;
  for (int64_t row = 0; row < logits.shape()[0]; ++row)
    labels.push_back(row == 2 ? ignore : (row * 2731 + 1) % logits.shape()[1]);
  return labels;
}

Array class_weights(int64_t classes) {
  Array weights({classes});
  for (int64_t c = 0; c < classes; ++c) weights[c] = real(0.5) + real(0.25) * static_cast<real>(c % 5);
  return weights;
}

Case cross_entropy_case(const char* note, const CrossEntropyOptions& options, const std::vector<Shape>& large = {}) {
  return {"cross_entropy",
          {{5, 4}},
          [options](Inputs x) { return cross_entropy(x[0], labels_for(x[0], options.ignore), options); },
          Domain::any,
          [options](Inputs x) { return spelled_cross_entropy(x[0], labels_for(x[0], options.ignore), options); },
          large,
          note};
}

// Rows so long that each is taken in two strips, and logits that nobody else holds.
Case long_cross_entropy_case() {
  const Array wide = normal({.seed = 5}, {2, 9000});
  const auto logits = [wide](Inputs x) { return matmul(x[0], Tensor(wide)); };
  const CrossEntropyOptions options{.smoothing = real(0.1)};
  return {"cross_entropy",
          {{3, 2}},
          [=](Inputs x) { return cross_entropy(logits(x), labels_for(logits(x)), options); },
          Domain::any,
          [=](Inputs x) { return spelled_cross_entropy(logits(x), labels_for(logits(x)), options); },
          {},
          "rows of 9000"};
}

Array targets_for(const Tensor& x) {
  Array targets(x.shape());
  for (int64_t i = 0; i < targets.size(); ++i) targets[i] = static_cast<real>(i % 3) * real(0.5);
  return targets;
}

Case bce_case(const char* note, const BceOptions& options, const std::vector<Shape>& large = {}) {
  return {"bce_with_logits",
          {{3, 4}},
          [options](Inputs x) { return bce_with_logits(x[0], targets_for(x[0]), options); },
          Domain::any,
          [options](Inputs x) { return spelled_bce_with_logits(x[0], targets_for(x[0]), options); },
          large,
          note};
}

Case mse_case(const char* note, Reduction reduction, const std::vector<Shape>& large = {}) {
  return {"mse",
          {{3, 4}, {3, 4}},
          [reduction](Inputs x) { return mse(x[0], x[1], reduction); },
          Domain::any,
          [reduction](Inputs x) { return spelled_mse(x[0], x[1], reduction); },
          large,
          note};
}

}  // namespace

std::vector<Case> loss_cases() {
  const Array four_weights = class_weights(4);
  const auto cosine = [](Inputs x) { return cosine_similarity(x[0], x[1]); };
  const auto spelled = [](Inputs x) { return spelled_cosine_similarity(x[0], x[1]); };
  return {
      cross_entropy_case("", {}, {{154, 30522}}),
      cross_entropy_case("class weights", {.weights = four_weights}),
      cross_entropy_case("smoothed, sum", {.smoothing = real(0.2), .reduction = Reduction::sum}),
      cross_entropy_case("class weights, smoothed", {.weights = four_weights, .smoothing = real(0.2)}),
      cross_entropy_case("class weights, by row", {.ignore = 1, .weights = four_weights, .reduction = Reduction::none}),
      long_cross_entropy_case(),
      bce_case("", {}, {{1024, 768}}),
      bce_case("positive weights, sum", {.positive_weights = four_weights, .reduction = Reduction::sum}),
      bce_case("by element", {.reduction = Reduction::none}),
      mse_case("", Reduction::mean, {{1024, 768}, {1024, 768}}),
      mse_case("sum", Reduction::sum),
      mse_case("by element", Reduction::none),
      {"cosine_similarity", {{3, 4}, {3, 4}}, cosine, Domain::any, spelled, {{1024, 768}, {1024, 768}}},
      {"cosine_similarity", {{2, 3, 4}, {2, 3, 4}}, cosine, Domain::any, spelled},
  };
}

}  // namespace bertlet
