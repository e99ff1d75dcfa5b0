// Values and gradients of attention beside PyTorch's, from tests/golden/nn_attention.json.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "nn/attention/multi_head_attention.h"
#include "nn/parameters.h"
#include "tests/catch.h"
#include "tests/paths.h"

using namespace bertlet;
using nlohmann::json;

namespace {

const json& golden() {
  static const json values = json::parse(std::ifstream(std::string(paths::source) + "/tests/golden/nn_attention.json"));
  return values;
}

Array array_of(const json& numbers, const Shape& shape) {
  const std::vector<real> values = numbers;
  return Array::of(shape, values);
}

Array array_of(const json& numbers) { return array_of(numbers, {static_cast<int64_t>(numbers.size())}); }

// The largest error, measured against the largest number.
double error(const Array& got, const json& want) {
  REQUIRE(got.size() == static_cast<int64_t>(want.size()));
  double size = 0, worst = 0;
  for (const double x : want) size = std::max(size, std::abs(x));
  for (int64_t i = 0; i < got.size(); ++i)
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - want[to_size(i)].get<double>()));
  return worst / size;
}

constexpr double allowed = sizeof(real) == 8 ? 1e-10 : 2e-5;

Array operand(const char* name, int64_t rows, int64_t columns) {
  return array_of(golden().at(name), {static_cast<int64_t>(golden().at(name).size()) / columns, columns}).rows(0, rows);
}

Relative relative_of(const json& test) {
  const std::string kind = test.value("relative", "none");
  return kind == "key" ? Relative::key : kind == "key_query" ? Relative::key_query : Relative::none;
}

AttentionOptions options_of(const json& test, int64_t heads) {
  AttentionOptions options{
      .heads = heads, .scale = test.value("scale", real{0}), .causal = test.value("causal", false)};
  if (test.value("queries", "last") == "first") options.queries = Queries::first;
  if (test.contains("keys")) options.mask.keys = array_of(test["keys"]);
  if (test.contains("pairs")) options.mask.pairs = array_of(test["pairs"]);
  if (test.contains("bias")) options.mask.bias = array_of(test["bias"]);
  options.relative = relative_of(test);
  return options;
}

Array flat(const std::vector<Array>& parts) {
  std::vector<real> all;
  for (const Array& part : parts) all.insert(all.end(), part.data(), part.data() + part.size());
  return Array::of({static_cast<int64_t>(all.size())}, all);
}

void run(const json& test) {
  const int64_t heads = golden().at("heads");
  const std::vector<int64_t> lengths = golden().at("from"), key_lengths = golden().at(test["self"] ? "from" : "to");
  const Spans from(lengths), to(key_lengths);
  const Tensor q = Tensor::parameter(operand("q", from.rows(), 6)), k = Tensor::parameter(operand("k", to.rows(), 6)),
               v = Tensor::parameter(operand("v", to.rows(), 6));
  AttentionOptions options = options_of(test, heads);
  const Tensor head_scale = Tensor::parameter(array_of(golden().at("head_scale")));
  const Tensor distances = Tensor::parameter(operand("distances", 13, 3));
  if (test.contains("head_scale")) options.head_scale = head_scale;
  if (options.relative != Relative::none) options.distances = distances;

  const Attended got = attention_with_probabilities(q, k, v, from, to, options);
  backward(got.y, operand("dy", from.rows(), 6));
  CHECK(error(got.y.value(), test["y"]) <= allowed);
  CHECK(error(flat(got.probabilities), test["probabilities"]) <= allowed);
  CHECK(error(q.grad(), test["dq"]) <= allowed);
  CHECK(error(k.grad(), test["dk"]) <= allowed);
  CHECK(error(v.grad(), test["dv"]) <= allowed);
  if (test.contains("dhead_scale")) CHECK(error(head_scale.grad(), test["dhead_scale"]) <= allowed);
  if (test.contains("ddistances")) CHECK(error(distances.grad(), test["ddistances"]) <= allowed);
}

}  // namespace

TEST_CASE("attention and its gradients are PyTorch's", "[golden]") {
  for (const json& test : golden().at("cases")) {
    INFO(test["name"].get<std::string>());
    CHECK(test.contains("dhead_scale") == test.contains("head_scale"));
    CHECK(test.contains("ddistances") == test.contains("relative"));
    run(test);
  }
}

TEST_CASE("MultiHeadAttention and its gradients are those of PyTorch's module", "[golden]") {
  const json& want = golden().at("module");
  MultiHeadAttention attention(6, 2);
  Parameters parameters = parameters_of(attention);
  CHECK(parameters.list().size() == want["parameters"].size());
  State state;
  for (const auto& [name, values] : want["parameters"].items())
    state[name] = array_of(values, parameters.find(name).shape());
  REQUIRE(parameters.load(state).clean());

  const Spans spans{5};
  const Tensor x = Tensor::parameter(array_of(want["x"], {5, 6}));
  Pass pass;
  const Attended got = attention.with_probabilities(x, spans, x, spans, pass);
  backward(got.y, operand("dy", 5, 6));
  CHECK(error(got.y.value(), want["y"]) <= allowed);
  CHECK(error(got.probabilities[0], want["probabilities"]) <= allowed);
  CHECK(error(x.grad(), want["dx"]) <= allowed);
  for (const auto& [name, gradient] : want["gradients"].items()) {
    if (name == "self.key.bias") continue;  // nothing but rounding: it moves all scores of a query alike
    INFO(name);
    CHECK(error(parameters.find(name).grad(), gradient) <= allowed);
  }
}
