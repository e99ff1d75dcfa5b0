#include <cmath>
#include <functional>
#include <limits>

#include "core/ops.h"
#include "tests/catch.h"
#include "tests/core/tensors.h"

using namespace bertlet;

// Infinities and NaN mean what IEEE 754 says, nothing turns them into numbers on the way.

namespace {

constexpr real inf = std::numeric_limits<real>::infinity();
constexpr real NaN = std::numeric_limits<real>::quiet_NaN();

bool same(const Values& got, const Values& want) {
  return std::ranges::equal(got, want, [](real a, real b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

struct Special {
  const char* name;
  std::function<Tensor(const Tensor&)> f;
  Values x, y;
};

Tensor vector(const Values& numbers) {
  return Tensor::parameter(Array::of({static_cast<int64_t>(numbers.size())}, numbers));
}

}  // namespace

TEST_CASE("functions at the edges") {
  const std::vector<Special> specials = {
      {"exp", [](auto& x) { return exp(x); }, {-inf, 0, inf, NaN}, {0, 1, inf, NaN}},
      {"log", [](auto& x) { return log(x); }, {-1, 0, 1, inf, NaN}, {NaN, -inf, 0, inf, NaN}},
      {"sqrt", [](auto& x) { return sqrt(x); }, {-1, 0, 4, inf, NaN}, {NaN, 0, 2, inf, NaN}},
      {"tanh", [](auto& x) { return tanh(x); }, {-inf, 0, inf, NaN}, {-1, 0, 1, NaN}},
      {"erf", [](auto& x) { return erf(x); }, {-inf, 0, inf, NaN}, {-1, 0, 1, NaN}},
      {"sigmoid", [](auto& x) { return sigmoid(x); }, {-inf, 0, inf, NaN}, {0, .5, 1, NaN}},
      {"relu", [](auto& x) { return relu(x); }, {-inf, -0., inf, NaN}, {0, 0, inf, NaN}},
      {"gelu", [](auto& x) { return gelu(x); }, {0, inf, NaN}, {0, inf, NaN}},
      {"gelu_tanh", [](auto& x) { return gelu_tanh(x); }, {0, inf, NaN}, {0, inf, NaN}},
      {"x / 0", [](auto& x) { return x / 0; }, {-1, 0, 1, NaN}, {-inf, NaN, inf, NaN}},
      {"1 / x", [](auto& x) { return 1 / x; }, {-inf, 0, inf, NaN}, {0, inf, 0, NaN}},
      {"x − x", [](auto& x) { return x - x; }, {1, inf, -inf, NaN}, {0, NaN, NaN, NaN}},
      {"0 x", [](auto& x) { return 0 * x; }, {1, inf, -inf, NaN}, {0, NaN, NaN, NaN}},
      {"x^0", [](auto& x) { return pow(x, 0); }, {-2, 0, inf, NaN}, {1, 1, 1, 1}},
      {"x²", [](auto& x) { return pow(x, 2); }, {-3, 0, -inf, NaN}, {9, 0, inf, NaN}},
      {"x³", [](auto& x) { return pow(x, 3); }, {-2, 0, -inf, NaN}, {-8, 0, -inf, NaN}},
      {"x^0.5", [](auto& x) { return pow(x, 0.5); }, {-1, 0, 4, inf}, {NaN, 0, 2, inf}},
      {"1/x²", [](auto& x) { return pow(x, -2); }, {-2, 0, inf}, {.25, inf, 0}},
      {"2^x", [](auto& x) { return pow(2, x); }, {-inf, 0, 3, inf, NaN}, {0, 1, 8, inf, NaN}},
  };
  for (const Special& special : specials) {
    INFO(special.name);
    const Values y = values(special.f(vector(special.x)));
    INFO(fmt::format("{} gave {}", fmt::join(special.x, " "), fmt::join(y, " ")));
    CHECK(same(y, special.y));
  }
}

TEST_CASE("reductions carry infinities and NaN") {
  CHECK(sum(vector({1, inf, 2})).item() == inf);
  CHECK(std::isnan(sum(vector({inf, -inf})).item()));
  CHECK(std::isnan(mean(vector({1, NaN})).item()));
  CHECK(max(vector({-inf, -inf})).item() == -inf);
  CHECK(max(vector({1, inf, 2})).item() == inf);
  CHECK(std::isnan(max(vector({1, NaN, inf})).item()));
  CHECK(std::isnan(matmul(vector({0, 1}), vector({inf, 1})).item()));
}

TEST_CASE("a NaN is a maximum and gets the gradient") {
  const Tensor x = vector({1, NaN, 5, NaN});
  backward(max(x), Array::number(3));
  CHECK(gradient(x) == Values{0, 3, 0, 0});
}

TEST_CASE("softmax with infinite scores") {
  CHECK(same(values(softmax(vector({0, -inf, 0, -inf}))), {.5, 0, .5, 0}));
  CHECK(same(values(log_softmax(vector({0, -inf}))), {0, -inf}));
  CHECK(same(values(softmax(vector({1, NaN}))), {NaN, NaN}));
  CHECK(same(values(softmax(vector({real(1e30), 0}))), {1, 0}));
  CHECK(same(values(softmax(vector({real(-1e30), real(-1e30)}))), {.5, .5}));
}

TEST_CASE("what a mask hides stays hidden, whatever it is") {
  const Tensor x = parameter({4}, {1, NaN, inf, 2});
  const Array hidden = Array::of({4}, {0, 1, 1, 0});
  const Tensor y = masked(x, hidden, 0);
  CHECK(values(y) == Values{1, 0, 0, 2});
  backward(y, Array::of({4}, {1, NaN, inf, 4}));
  CHECK(gradient(x) == Values{1, 0, 0, 4});
}

TEST_CASE("a sum in which hidden infinities would spoil the gradient") {
  const Tensor x = parameter({2}, {0, 4});
  const Array positive = Array::of({2}, {0, 1});
  backward(sum(where(positive, log(where(positive, x, 1)), 0)));
  CHECK(gradient(x) == Values{0, .25});
}

TEST_CASE("powers have gradients where their formula divides by zero") {
  const Tensor x = vector({0, -2, 3});
  backward(pow(x, 2), Array::filled({3}, 1));
  CHECK(gradient(x) == Values{0, -4, 6});
  const Tensor base = vector({0, 0, 1}), exponent = vector({0, 2, 5});
  backward(pow(base, exponent), Array::filled({3}, 1));
  CHECK(gradient(exponent) == Values{0, 0, 0});  // 0^y log 0 counts as 0 where y ≥ 0
  CHECK(gradient(base) == Values{0, 0, 5});
}

TEST_CASE("a mask's NaN chooses") { CHECK(values(where(Array::of({2}, {NaN, 0}), 1, 2)) == Values{1, 2}); }
