#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/core/onnx_call.h"

using namespace onnx;

namespace {

const char* const files[] = {"elementwise_misc", "matmul",  "reductions", "shape_index", "softmax",
                             "logsoftmax",       "sigmoid", "tanh",       "relu",        "gelu"};

// What we leave out: operators, and of the operators we have single cases.
struct LeftOut {
  const char* reason;
  std::set<std::string> operators, cases;
};

const std::vector<LeftOut>& left_out() {
  static const std::vector<LeftOut> groups{
      {"comparisons and logic: no gradient, so none of our operations",
       {"And", "Or", "Not", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"},
       {}},
      {"rounding: no gradient", {"Ceil", "Floor", "Round", "Sign"}, {}},
      {"not among the elementary operations",
       {"Sin", "Cos", "RotaryEmbedding", "MaxPool", "MaxUnpool", "ReduceProd", "CumSum"},
       {}},
      {"gives indices or shapes, not values", {"ArgMax", "TopK", "OneHot", "Range", "Shape", "Size"}, {}},
      {"an index for every element: ours gathers and scatters whole rows",
       {"GatherElements", "ScatterElements", "Scatter"},
       {"gathernd_example_int32_batch_dim1"}},
      {"scatters by overwriting, multiplying or comparing: ours adds",
       {},
       {"scatternd", "scatternd_multiply", "scatternd_max", "scatternd_max_with_element_indices", "scatternd_min",
        "scatternd_min_with_element_indices"}},
      {"a sequence or an optional instead of a tensor", {"SplitToSequence"}, {"identity_opt", "identity_sequence"}},
      {"integer division truncates, ours is of real numbers", {}, {"div_int8", "div_uint8", "div_int32_trunc"}},
      {"float16 is not our type", {}, {"max_float16", "min_float16", "swiglu_float16"}},
      {"takes a diagonal", {}, {"einsum_batch_diagonal"}},
      {"walks backwards: our slices have step 1", {}, {"slice_neg_steps"}},
      {"the maximum of nothing is an error here", {}, {"reduce_max_empty_set"}},
  };
  return groups;
}

const LeftOut* group_of(const std::string& name, const std::string& op) {
  for (const LeftOut& group : left_out())
    if (group.operators.count(op) || group.cases.count(name)) return &group;
  return nullptr;
}

Functions all_functions() {
  Functions all = elementwise_functions();
  for (auto more : {product_functions(), reduction_functions(), shaping_functions()}) all.merge(more);
  return all;
}

// The expected numbers were computed in their own type, in another order: a few units in the last place of it or of
// ours, whichever is coarser, measured against the size of the number or 1.
double tolerance(const std::string& dtype) { return sizeof(bertlet::real) == 8 && dtype != "float32" ? 1e-13 : 4e-6; }

bool close(double got, double want, double allowed) {
  return got == want || std::abs(got - want) <= allowed * std::max(1.0, std::abs(want));
}

void compare(const Tensor& got, const nlohmann::json& want) {
  const Array numbers = array_of(want);
  REQUIRE(got.shape() == numbers.shape());
  const double allowed = tolerance(want.at("dtype"));
  for (int64_t i = 0; i < numbers.size(); ++i) {
    INFO("element " << i << " is " << got.value()[i] << ", want " << numbers[i]);
    REQUIRE(close(got.value()[i], numbers[i], allowed));
  }
}

void run(const Function& function, const nlohmann::json& test) {
  const std::vector<Tensor> results = function(Call(test));
  REQUIRE(results.size() == test.at("outputs").size());
  for (std::size_t i = 0; i < results.size(); ++i) compare(results[i], test.at("outputs")[i]);
}

using Skipped = std::map<const LeftOut*, std::vector<std::string>>;

void print(int ran, const Skipped& skipped) {
  std::size_t count = 0;
  for (const auto& [group, names] : skipped) count += names.size();
  fmt::print("ONNX node cases: {} ran, {} are left out\n", ran, count);
  for (const auto& [group, names] : skipped)
    fmt::print("  {} — {}: {}\n", names.size(), group->reason, fmt::join(names, " "));
}

}  // namespace

TEST_CASE("ONNX's node cases pass", "[conformance]") {
  const Functions functions = all_functions();
  Skipped skipped;
  int ran = 0;
  for (const char* file : files) {
    const auto json = conformance_file(std::string("onnx/") + file + ".json");
    if (!json) return;
    for (const auto& [full_name, test] : json->at("cases").items()) {
      const std::string name = full_name.substr(5), op = test.at("op");  // without test_
      INFO(file << ": " << name);
      if (const LeftOut* group = group_of(name, op)) {
        skipped[group].push_back(name);
        continue;
      }
      REQUIRE(functions.count(op) == 1);
      run(functions.at(op), test);
      ++ran;
    }
  }
  print(ran, skipped);
  CHECK(ran >= 290);
}
