// The losses beside what others published: ../shared/conformance/onnx/losses.json and autograd_losses_activations.json.
#include <fmt/core.h>

#include "core/ops.h"
#include "nn/losses/losses.h"
#include "tests/conformance.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using golden::json;

namespace {

// [N, C, d1, d2, …] → [N · d1 · d2 …, C]: the classes go last.
Tensor classes_last(const Tensor& x) {
  std::vector<int> order{0};
  for (int axis = 2; axis < x.shape().rank(); ++axis) order.push_back(axis);
  order.push_back(1);
  return reshape(permute(x, order), {-1, x.shape()[1]});
}

CrossEntropyOptions options_of(const json& test) {
  CrossEntropyOptions options{.ignore = test.at("attrs").value("ignore_index", int64_t{-100})};
  if (test.at("inputs").size() == 3) options.weights = golden::array_of(test.at("inputs")[2]);
  const std::string reduction = test.at("attrs").value("reduction", "mean");
  options.reduction = reduction == "none" ? Reduction::none : reduction == "sum" ? Reduction::sum : Reduction::mean;
  return options;
}

// NegativeLogLikelihoodLoss is what cross-entropy is for logits that are logarithms of probabilities. The published
// ones are not: they are lowered until their probabilities make up less than 1, one more class gets the rest, and what
// lowering costs is taken off again.
Tensor negative_log_likelihood(const Tensor& x, const std::vector<int64_t>& labels, CrossEntropyOptions options) {
  const int64_t classes = x.shape()[1];
  if (options.weights) options.weights = concat({options.weights, Array::filled({1}, 1)}, 0).value();
  const auto loss_of = [&](const Tensor& logits) {
    const Tensor low = logits - std::log(static_cast<real>(8 * classes));
    return cross_entropy(concat({low, log(1 - sum(exp(low), 1, Keep::yes))}, 1), labels, options);
  };
  return loss_of(x) - loss_of(0 * x);
}

bool close(const Array& got, const json& want) {
  const std::vector<double> data = want.at("data");
  REQUIRE(got.size() == static_cast<int64_t>(data.size()));
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double x = static_cast<double>(got[static_cast<int64_t>(i)]);
    if (!(std::abs(x - data[i]) <= 3e-6 * std::max(1.0, std::abs(data[i])))) return false;  // published in float
  }
  return true;
}

Array matrix(const json& rows) {
  std::vector<real> data;
  for (const json& row : rows)
    for (const json& x : row) data.push_back(x);
  return Array::of({static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows[0].size())}, data);
}

Array vector(const json& numbers) {
  const std::vector<real> data = numbers;
  return Array::of({static_cast<int64_t>(data.size())}, data);
}

void check_close(const Array& got, const json& want, double tolerance) {
  const std::vector<double> data = want;
  for (std::size_t i = 0; i < data.size(); ++i)
    CHECK(static_cast<double>(got[static_cast<int64_t>(i)]) == Approx(data[i]).margin(tolerance));
}

}  // namespace

TEST_CASE("ONNX's cases of cross-entropy and negative log-likelihood", "[conformance]") {
  const auto file = conformance_file("onnx/losses.json");
  if (!file) return;
  int count = 0;
  for (const auto& [name, test] : file->at("cases").items()) {
    INFO(name);
    const json& inputs = test.at("inputs");
    const std::vector<int64_t> labels = inputs[1].at("data");
    const Tensor x(golden::array_of(inputs[0]));
    const bool softmax = test.at("op") == "SoftmaxCrossEntropyLoss";
    const Tensor y = softmax ? cross_entropy(classes_last(x), labels, options_of(test))
                             : negative_log_likelihood(classes_last(x), labels, options_of(test));
    const bool logs_hold = test.at("outputs").size() == 1 || close(log_softmax(x, 1).value(), test.at("outputs")[1]);
    const bool holds = close(y.value(), test.at("outputs")[0]) && logs_hold;
    CHECK(holds);
    count += holds;
  }
  fmt::print("ONNX losses: {} of {} ran, none left out\n", count, file->at("cases").size());
}

TEST_CASE("candle's and MLX's published losses", "[conformance]") {
  const auto file = conformance_file("autograd_losses_activations.json");
  if (!file) return;
  const json& losses = file->at("losses");
  const json &ce = losses.at("candle_nll_ce"), &bce = losses.at("candle_bce_logits"), &mlx = losses.at("mlx_bce"),
             &squares = losses.at("mlx_mse");
  CHECK(cross_entropy(matrix(ce.at("logits")), ce.at("target")).item() ==
        Approx(ce.at("loss").get<double>()).margin(5e-5));
  CHECK(bce_with_logits(matrix(bce.at("logits")), matrix(bce.at("target"))).item() ==
        Approx(bce.at("mean").get<double>()).margin(5e-5));
  check_close(
      bce_with_logits(vector(mlx.at("logits")), vector(mlx.at("target")), {.reduction = Reduction::none}).value(),
      mlx.at("none"), 1e-6);
  check_close(mse(vector(squares.at("pred")), vector(squares.at("target")), Reduction::none).value(),
              squares.at("none"), 1e-6);
}

TEST_CASE("MLX's published cross-entropies, smoothed and weighted", "[conformance]") {
  const auto file = conformance_file("autograd_losses_activations.json");
  if (!file) return;
  for (const json& test : file->at("losses").at("mlx_cross_entropy").at("cases")) {
    if (!test.at("logits").is_array()) continue;  // huge and infinite logits are in cross_entropy_test.cpp
    INFO(test.dump());
    const CrossEntropyOptions options{.smoothing = test.value("label_smoothing", real{0}),
                                      .reduction = Reduction::none};
    Tensor y = cross_entropy(matrix(test.at("logits")), test.at("target"), options);
    if (test.contains("sample_weights")) y = y * Tensor(vector(test.at("sample_weights")));
    check_close(y.value(), test.at("none"), 1e-5);
  }
}
