// Layer norm beside ONNX's LayerNormalization node cases; they lie beside the checkout.
#include <fmt/format.h>

#include "core/ops/shaping.h"
#include "nn/ops/layer_norm.h"
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
