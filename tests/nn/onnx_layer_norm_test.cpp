// Layer norm beside ONNX's LayerNormalization node cases and candle's; they lie beside the checkout.
#include <fmt/format.h>

#include "core/ops.h"
#include "nn/norm/layer_norm.h"
#include "tests/conformance.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using golden::json;

namespace {

// ONNX's takes the mean over all axes from one on; ours over the last, to which those are joined.
Array normalised(const json& test) {
  const Array x = golden::array_of(test.at("inputs")[0]);
  const int given = test.at("attrs").value("axis", -1), axis = given < 0 ? given + x.shape().rank() : given;
  int64_t columns = 1;
  for (int a = axis; a < x.shape().rank(); ++a) columns *= x.shape()[a];
  const auto flat = [&](std::size_t i) { return Tensor(golden::array_of(test.at("inputs")[i]).shaped({columns})); };
  const auto eps = test.at("attrs").value("epsilon", real(1e-5));
  return layer_norm(x.shaped({x.size() / columns, columns}), flat(1), flat(2), eps).value();
}

}  // namespace

TEST_CASE("ONNX's layer normalisation cases pass", "[conformance]") {
  const auto file = conformance_file("onnx/layernormalization.json");
  if (!file) return;
  int ran = 0;
  for (const auto& [name, test] : file->at("cases").items()) {
    INFO(name);
    CHECK(golden::error(normalised(test), test.at("outputs")[0]) <= 4e-6);  // published in float
    ++ran;
  }
  fmt::print(
      "ONNX layer normalisation: {} of {} ran, none left out; mean and 1 / deviation, which we do not give out, "
      "not compared\n",
      ran, file->at("cases").size());
  CHECK(ran == 19);
}

namespace {

// The numbers of nested lists in order.
void append(const json& nested, std::vector<real>& numbers) {
  for (const json& each : nested) {
    if (each.is_array())
      append(each, numbers);
    else
      numbers.push_back(each);
  }
}

Array row_of(const json& nested) {
  std::vector<real> numbers;
  append(nested, numbers);
  return Array::of({static_cast<int64_t>(numbers.size())}, numbers);
}

}  // namespace

TEST_CASE("candle's published layer norms", "[conformance]") {
  const auto file = conformance_file("autograd_losses_activations.json");
  if (!file) return;
  const json& all = file->at("layer_norm_candle");
  for (const json& test : all.at("cases")) {
    const Array x = row_of(test.at("x")), want = row_of(test.at("y"));
    const auto columns = static_cast<int64_t>(test.at("x")[0][0].size());
    const auto same = [&](const char* name) { return Array::filled({columns}, all.at(name).get<real>()); };
    const Tensor y =
        layer_norm(x.shaped({x.size() / columns, columns}), same("weight"), same("bias"), all.at("eps").get<real>());
    REQUIRE(y.value().size() == want.size());
    for (int64_t i = 0; i < want.size(); ++i) CHECK(y.value()[i] == Approx(want[i]).margin(5e-5));
  }
}
