#include <cmath>

#include "core/memory.h"
#include "core/random.h"
#include "nn/dense/linear.h"
#include "nn/parameters.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

struct Frozen {
  Linear layer{70, 50};
  Parameters parameters = parameters_of(layer);

  explicit Frozen(Precision precision = Precision::fp32) {
    fill();
    parameters.freeze_for_inference(precision);
  }
  void fill() {
    Array weight = layer.weight.edit(), drawn = normal({.seed = 3}, weight.shape());
    std::copy_n(drawn.data(), weight.size(), weight.data());
  }
};

std::vector<real> values(const Linear& layer, int64_t rows) {
  return layer(Tensor(normal({.seed = 5}, {rows, 70})), Activation::gelu).value().values();
}

double largest_difference(const std::vector<real>& a, const std::vector<real>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a[i] - b[i])));
  return most;
}

}  // namespace

TEST_CASE("a layer for inference gives the same bits, packed or not", "[inference]") {
  const Frozen frozen;
  Linear plain(70, 50);
  plain.weight = Tensor(frozen.layer.weight.value());
  for (const int64_t rows : {3, 3, 300, 1, 3}) CHECK(values(frozen.layer, rows) == values(plain, rows));
}

TEST_CASE("the packed copy is made at the second product of few rows, and then stays", "[inference]") {
  const Frozen frozen;
  values(frozen.layer, 2);
  const int64_t before = memory_use().live;
  values(frozen.layer, 300);
  CHECK(memory_use().live == before);
  values(frozen.layer, 2);
  const int64_t packed = memory_use().live - before;
  CHECK(packed >= 50 * 70 * int64_t{sizeof(real)});
  values(frozen.layer, 2);
  CHECK(memory_use().live - before == packed);
}

TEST_CASE("the packed copy follows what is written into the weight", "[inference]") {
  Frozen frozen;
  for (int i = 0; i < 3; ++i) values(frozen.layer, 2);
  Array weight = frozen.layer.weight.edit();
  for (int64_t i = 0; i < weight.size(); ++i) weight[i] = 1;
  const std::vector<real> got = values(frozen.layer, 2);
  for (std::size_t i = 1; i < 50; ++i) CHECK(got[i] == got[0]);
}

TEST_CASE("weights in fewer bits give nearly the same, from the first product on", "[inference]") {
  const std::vector<real> exact = values(Frozen().layer, 4);
  for (const auto& [precision, tolerance] : {std::pair{Precision::bf16, 0.1}, {Precision::int8, 0.5}}) {
    const Frozen frozen(precision);
    const std::vector<real> first = values(frozen.layer, 4);
    CHECK(first == values(frozen.layer, 4));
    CHECK(first != exact);
    CHECK(largest_difference(first, exact) < tolerance);
  }
}

TEST_CASE("what is learned again is not packed any more", "[inference]") {
  Frozen frozen;
  for (int i = 0; i < 3; ++i) values(frozen.layer, 4);
  frozen.parameters.unfreeze("*");
  CHECK(values(frozen.layer, 4) == values(Frozen().layer, 4));
  CHECK_THROWS_AS(frozen.layer.weight.pack(Precision::fp32), std::runtime_error);
}

TEST_CASE("of a weight in fewer bits nothing else is kept", "[inference]") {
  for (const Precision precision : {Precision::bf16, Precision::int8}) {
    const int64_t before = memory_use().live;
    Frozen frozen(precision);
    const std::vector<real> first = values(frozen.layer, 4);
    CHECK(memory_use().live - before < 70 * 64 * (precision == Precision::bf16 ? 2 : 1) + 2048);
    CHECK(values(frozen.layer, 4) == first);
    CHECK(frozen.parameters.count() == 70 * 50 + 50);
    CHECK_THROWS_WITH(frozen.layer.weight.value(), Catch::Matchers::ContainsSubstring("in fewer bits alone"));
    CHECK_THROWS_WITH(frozen.parameters.unfreeze("*"), Catch::Matchers::ContainsSubstring("in fewer bits alone"));
    CHECK_THROWS_WITH(frozen.parameters.state(), Catch::Matchers::ContainsSubstring("in fewer bits alone"));
  }
}

TEST_CASE("a table that is read and multiplied stays", "[inference]") {
  Tensor table = Tensor::parameter(normal({.seed = 3}, {50, 70}));
  table.set_wants_grad(false);
  table.pack(Precision::int8);
  linear(Tensor(normal({.seed = 5}, {2, 70})), table, {});
  CHECK(table.value().values() == normal({.seed = 3}, {50, 70}).values());
}

TEST_CASE("what a frozen weight adopts is packed at once, as it is kept if nothing else is asked for", "[inference]") {
  const Array drawn = normal({.seed = 3}, {50, 70});
  const std::vector<real> exact = values(Frozen().layer, 4), rough = values(Frozen(Precision::int8).layer, 4);
  const auto adopting = [&](std::optional<Precision> asked, Precision kept) {
    Linear layer{70, 50};
    parameters_of(layer).freeze_for_inference(asked);
    layer.weight.adopt(drawn.clone(), kept);
    return values(layer, 4);
  };
  CHECK(adopting(Precision::int8, Precision::fp32) == rough);
  CHECK(adopting({}, Precision::int8) == rough);
  CHECK(adopting({}, Precision::fp32) == exact);
  CHECK(adopting(Precision::fp32, Precision::int8) == exact);
}
