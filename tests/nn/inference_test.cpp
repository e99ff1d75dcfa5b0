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
  Frozen frozen(Precision::int8);
  const std::vector<real> rough = values(frozen.layer, 4);
  frozen.parameters.unfreeze("*");
  CHECK(values(frozen.layer, 4) == values(Frozen().layer, 4));
  CHECK(values(frozen.layer, 4) != rough);
  CHECK_THROWS_AS(frozen.layer.weight.pack(Precision::fp32), std::runtime_error);
}
