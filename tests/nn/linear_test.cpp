#include "nn/dense/linear.h"

#include <limits>

#include "core/memory.h"
#include "core/random.h"
#include "core/require.h"
#include "nn/dense/feed_forward.h"
#include "nn/parameters.h"
#include "tests/catch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

Tensor drawn(const Shape& shape) { return Tensor::parameter(normal({.seed = 1}, shape)); }

// Bytes that are alive after the forward pass, in units of its result.
double kept(const Shape& x_shape, const Shape& weight_shape, Activation f, bool wants_grad) {
  const Array x = normal({.seed = 1}, x_shape), weight = normal({.seed = 2}, weight_shape);
  const Tensor w = wants_grad ? Tensor::parameter(weight) : Tensor(weight);
  const Tensor bias(Array::filled({weight_shape[0]}, 0));
  const MemoryMark mark;
  const Tensor y = linear(x, w, bias, f);
  return static_cast<double>(mark.live()) / static_cast<double>(y.value().size() * static_cast<int64_t>(sizeof(real)));
}

}  // namespace

TEST_CASE("linear by hand") {
  const Tensor x = Tensor::parameter(Array::of({1, 2}, {1, -1}));
  const Tensor weight = Tensor::parameter(Array::of({3, 2}, {1, 2, 3, 4, 5, 1}));
  const Tensor bias = Tensor::parameter(Array::of({3}, {10, 20, 30}));
  CHECK(linear(x, weight, bias).value().values() == std::vector<real>{9, 19, 34});
  CHECK(linear(x, weight, {}).value().values() == std::vector<real>{-1, -1, 4});
  const Tensor y = linear(x, weight, {}, Activation::relu);
  CHECK(y.value().values() == std::vector<real>{0, 0, 4});
  backward(y, Array::of({1, 3}, {1, 1, 1}));
  CHECK(x.grad().values() == std::vector<real>{5, 1});
  CHECK(weight.grad().values() == std::vector<real>{0, 0, 0, 0, 1, -1});
}

TEST_CASE("linear takes any number of leading axes, also none, and no rows") {
  const Tensor weight = drawn({3, 2}), bias = drawn({3});
  CHECK(linear(drawn({2}), weight, bias).shape() == Shape{3});
  CHECK(linear(drawn({4, 5, 2}), weight, bias).shape() == Shape{4, 5, 3});
  for (const Activation f : {Activation::none, Activation::gelu}) {
    const Tensor none = Tensor::parameter(Array({0, 2}));
    const Tensor y = linear(none, weight, bias, f);
    CHECK(y.shape() == Shape{0, 3});
    backward(y, Array({0, 3}));
  }
  CHECK(weight.grad().values() == std::vector<real>(6, 0));
  CHECK(bias.grad().values() == std::vector<real>(3, 0));
}

TEST_CASE("linear keeps at most one array beside its result, and for inference none") {
  const Shape x{64, 32}, weight{256, 32};
  CHECK(kept(x, weight, Activation::none, true) < 1.1);
  CHECK(kept(x, weight, Activation::tanh, true) < 1.1);
  CHECK(kept(x, weight, Activation::gelu, true) < 2.1);
  CHECK(kept(x, weight, Activation::gelu, false) < 1.1);
}

TEST_CASE("NaN passes through every activation") {
  const Tensor nan = Tensor::parameter(Array::of({1, 1}, {std::numeric_limits<real>::quiet_NaN()}));
  const Tensor one(Array::filled({1, 1}, 1));
  for (const ActivationEntry& each : activations()) CHECK(std::isnan(linear(nan, one, {}, each.activation).item()));
}

TEST_CASE("linear says what does not fit") {
  CHECK_THROWS_WITH(linear(drawn({2, 4}), drawn({3, 5}), {}),
                    ContainsSubstring("linear: got x [2, 4] and weight [3, 5]"));
  CHECK_THROWS_WITH(linear(drawn({2, 4}), drawn({3, 4}), drawn({4})), ContainsSubstring("linear: got bias [4]"));
  CHECK_THROWS_AS(linear(Array::number(1), drawn({3, 4}), {}), Error);
}

namespace {

// To 8 bits of precision, half to even.
Array in_bf16(const Array& x) {
  Array to(x.shape());
  for (int64_t i = 0; i < x.size(); ++i) {
    int exponent = 0;
    const real fraction = std::frexp(x[i], &exponent);
    to[i] = std::ldexp(std::nearbyint(fraction * 256) / 256, exponent);
  }
  return to;
}

struct Multiplied {
  Array y, dx, dweight;
};

Multiplied multiplied(const Array& x_value, const Array& w_value, const Array& dy, Precision precision) {
  const Tensor x = Tensor::parameter(x_value);
  Tensor weight = Tensor::weight(w_value);
  weight.multiply_in(precision);
  const Tensor y = linear(x, weight, {});
  backward(sum(y * Tensor(dy)));
  return {y.value(), x.grad(), weight.grad()};
}

double largest_difference(const Array& a, const Array& b) {
  double most = 0;
  for (int64_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a[i] - b[i])));
  return most;
}

}  // namespace

TEST_CASE("a weight multiplied in bf16 has both operands of all three products rounded, and nothing else") {
  const Array x = normal({.seed = 1}, {9, 70}), w = normal({.seed = 2}, {50, 70}), dy = normal({.seed = 3}, {9, 50});
  const Multiplied got = multiplied(x, w, dy, Precision::bf16), plain = multiplied(x, w, dy, Precision::fp32),
                   rounded = multiplied(in_bf16(x), in_bf16(w), in_bf16(dy), Precision::fp32);
  for (const auto of : {&Multiplied::y, &Multiplied::dx, &Multiplied::dweight}) {
    CHECK(largest_difference(got.*of, rounded.*of) < 2e-5);
    CHECK(largest_difference(got.*of, plain.*of) > 1e-3);
  }
  CHECK_THROWS_WITH(multiplied(x, w, dy, Precision::int8), Catch::Matchers::ContainsSubstring("want fp32 or bf16"));
}

TEST_CASE("linear layers have the names of PyTorch and Hugging Face") {
  FeedForward layer(4, 16);
  const std::vector<std::string> names{"intermediate.dense.weight", "intermediate.dense.bias", "output.dense.weight",
                                       "output.dense.bias"};
  const Parameters parameters = parameters_of(layer);
  for (std::size_t i = 0; i < names.size(); ++i) CHECK(parameters.list()[i].name == names[i]);
  CHECK(parameters.count() == 4 * 16 + 16 + 16 * 4 + 4);
  CHECK(layer(drawn({3, 4})).shape() == Shape{3, 4});
}
