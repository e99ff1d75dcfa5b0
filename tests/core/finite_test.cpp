// Numbers that are not finite are found where somebody looks, and named.
#include "core/finite.h"

#include <limits>

#include "core/autograd.h"
#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

constexpr real infinity = std::numeric_limits<real>::infinity(), no_number = std::numeric_limits<real>::quiet_NaN();

auto says(const char* text) { return Catch::Matchers::ContainsSubstring(text); }

}  // namespace

TEST_CASE("the first number that is not finite is found at any place", "[core]") {
  Array values = Array::filled({1000, 199}, std::numeric_limits<real>::max());
  CHECK(!first_not_finite(values));
  CHECK(!first_not_finite(Array({0})));
  for (const int64_t place : {198999, 65536, 7, 0})
    for (const real wrong : {no_number, infinity, -infinity}) {
      values[place] = wrong;
      CHECK(first_not_finite(values) == place);
    }
  CHECK_THROWS_WITH(require_finite(Array::of({2}, {1, -infinity}), "weight"),
                    says("weight: number 1 is -inf, want finite ones"));
}

TEST_CASE("a result that is not finite names its operation while somebody looks", "[core]") {
  const Tensor x = Tensor::parameter(Array::of({2}, {0, 1}));
  CHECK(log(x).value()[0] == -infinity);
  const CheckFinite looking;
  CHECK_THROWS_WITH(log(x), says("log: the result [2]: number 0 is -inf"));
}

TEST_CASE("a gradient that is not finite names its operation and its parameter", "[core]") {
  const Tensor x = Tensor::parameter(Array::of({2}, {0, 1}));
  const CheckFinite looking([&](const Node& leaf) { return &leaf == x.node().get() ? "x" : "another"; });
  CHECK_THROWS_WITH(backward(sum(sqrt(x))), says("sqrt: the gradient [2] of x: number 0 is inf"));
}
