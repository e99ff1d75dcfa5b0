#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "core/ops.h"
#include "tests/catch.h"
#include "tests/conformance.h"

using namespace bertlet;

// Values and gradients as published with micrograd, candle, MLX and TensorFlow's official models.

namespace {

using nlohmann::json;

constexpr double rounding = sizeof(real) == 8 ? 1e-12 : 1e-6;  // ours, relative to the number

json published(const char* group) {
  const auto file = conformance_file("autograd_losses_activations.json");
  return file ? file->at(group) : json();
}

void flatten(const json& numbers, std::vector<real>& into) {
  if (!numbers.is_array()) return into.push_back(numbers.get<real>());
  for (const json& part : numbers) flatten(part, into);
}

std::vector<real> flat(const json& numbers) {
  std::vector<real> all;
  flatten(numbers, all);
  return all;
}

Tensor vector(const json& numbers) {
  const std::vector<real> values = flat(numbers);
  return Tensor::parameter(Array::of({static_cast<int64_t>(values.size())}, values));
}

Tensor counted(const Shape& shape) {
  std::vector<real> values(to_size(shape.count()));
  std::iota(values.begin(), values.end(), real{0});
  return Tensor::parameter(Array::of(shape, values));
}

// The published numbers were rounded to so many decimals: right is within one unit of the last one.
void compare(const Array& got, const json& want, int decimals) {
  const std::vector<real> numbers = flat(want);
  REQUIRE(got.values().size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    INFO("element " << i);
    const double size = std::abs(static_cast<double>(numbers[i]));
    CHECK(got.values()[i] == Approx(numbers[i]).margin(std::pow(10, -decimals) + rounding * size).epsilon(0));
  }
}

Tensor backward_from_ones(const Tensor& y) {
  backward(y, Array::filled(y.shape(), 1));
  return y;
}

Tensor larger(const Tensor& a, const Tensor& b) {
  const auto row = [](const Tensor& x) { return reshape(x, {1, -1}); };
  return max(concat({row(a), row(b)}, 0), 0);
}

struct Unary {
  const char* name;
  int decimals;
  std::function<Tensor(const Tensor&)> f;
};

const std::vector<Unary> unary_functions = {
    {"log+1", 4, [](const Tensor& x) { return log(x) + 1; }},
    {"exp", 4, [](const Tensor& x) { return exp(x); }},
    {"exp^2", 2, [](const Tensor& x) { return exp(x) * exp(x); }},
    {"sqr", 4, [](const Tensor& x) { return x * x; }},
    {"sqrt(sqr)", 4, [](const Tensor& x) { return sqrt(x * x); }},
    {"1/x", 4, [](const Tensor& x) { return 1 / x; }},
    {"x^2.5", 2, [](const Tensor& x) { return pow(x, 2.5); }},
    {"tanh", 2, [](const Tensor& x) { return tanh(x); }},
    {"gelu_tanh", 4, [](const Tensor& x) { return gelu_tanh(x); }},
    {"erf", 4, [](const Tensor& x) { return erf(x); }},
    {"gelu_erf", 4, [](const Tensor& x) { return gelu(x); }},
    {"silu", 4, [](const Tensor& x) { return x * sigmoid(x); }},
};

}  // namespace

TEST_CASE("micrograd's expressions", "[conformance]") {
  const json want = published("micrograd");
  if (want.is_null()) return;
  const Tensor a = Tensor::parameter(Array::number(-4)), b = Tensor::parameter(Array::number(2));
  Tensor c = a + b, d = a * b + pow(b, 3);
  c = c + c + 1;
  c = c + 1 + c - a;
  d = d + d * 2 + relu(b + a);
  d = d + 3 * d + relu(b - a);
  const Tensor e = c - d, f = e * e;
  const Tensor g = f / 2 + 10 / f;
  backward(g);
  compare(g.value(), want["g"], 4);
  compare(a.grad(), want["dg_da"], 4);
  compare(b.grad(), want["dg_db"], 4);
}

TEST_CASE("micrograd's sanity check, by hand") {
  const Tensor x = Tensor::parameter(Array::number(-4));
  const Tensor z = 2 * x + 2 + x, q = relu(z) + z * x, h = relu(z * z), y = h + q + q * x;
  backward(y);
  CHECK(y.item() == -20);    // z = −10, q = 40, h = 100
  CHECK(x.grad()[0] == 46);  // h' = −60, q' = −22, (q x)' = 128
}

TEST_CASE("candle's gradients of short expressions", "[conformance]") {
  const json want = published("candle_grad");
  if (want.is_null()) return;
  SECTION("a polynomial") {
    const Tensor x = vector(want["poly"]["x"]);
    const Tensor y = backward_from_ones(x * x + 5 * x + 4);
    compare(y.value(), want["poly"]["y=x^2+5x+4"], 6);
    compare(x.grad(), want["poly"]["dy"], 6);
  }
  SECTION("a sum of squares") {
    const Tensor x = vector(want["sum_sq"]["x"]);
    const Tensor y = backward_from_ones(2 * sum(x * x));
    compare(y.value(), want["sum_sq"]["y=2*sum(x^2)"], 6);
    compare(x.grad(), want["sum_sq"]["dy"], 6);
  }
  SECTION("three copies") {
    const Tensor x = counted({1, 1, 4, 6});
    const Tensor copies = expand(reshape(x, {1, 1, 1, 4, 6}), {3, 1, 1, 4, 6});
    backward(0.5 * sum(copies * copies));
    compare(x.grad(), json((3 * x).value().values()), 6);
  }
  SECTION("elu") {
    const json elu = want["elu(alpha=2)"];
    const Tensor x = vector(elu["x"]);
    const Array above = Array::of({4}, {0, 0, 0, 1});
    compare(backward_from_ones(where(above, x, 2 * (exp(x) - 1))).value(), elu["y"], 4);
    compare(x.grad(), elu["dx"], 4);
  }
  SECTION("the larger of two") {
    const json leaky = want["max(x,0.1x)"];
    const Tensor x = vector(leaky["x"]);
    compare(backward_from_ones(larger(x, x * real(0.1))).value(), leaky["y"], 6);
    compare(x.grad(), leaky["dx"], 6);
  }
  SECTION("the smaller of a tensor and itself passes the gradient once") {
    const json same = want["min(x,x)_grad_is_one"];
    const Tensor x = vector(same["x"]);
    backward_from_ones(-larger(-x, -x));
    compare(x.grad(), same["dx"], 6);
  }
}

TEST_CASE("candle's gradients of products", "[conformance]") {
  const json want = published("candle_grad");
  if (want.is_null()) return;
  const Tensor a = counted({2, 2, 3}), b = counted({2, 3, 2});
  backward_from_ones(matmul(a, b));
  compare(a.grad(), want["matmul"]["dx"], 6);
  compare(b.grad(), want["matmul"]["dy"], 6);
  for (const json& shapes : want["zero_size_matmul_shapes"]) {
    const std::vector<int64_t> left = shapes[0], right = shapes[1], result = shapes[2];
    INFO(shapes);
    const Tensor x = counted(Shape(std::span<const int64_t>(left))),
                 z = counted(Shape(std::span<const int64_t>(right)));
    const Tensor y = backward_from_ones(matmul(x, z));
    CHECK(y.shape() == Shape(std::span<const int64_t>(result)));
    CHECK(y.value().values() == std::vector<real>(to_size(y.shape().count())));  // sums of nothing
    CHECK(x.grad().shape() == x.shape());
    CHECK(z.grad().shape() == z.shape());
  }
}

TEST_CASE("candle's gradients of functions of one variable", "[conformance]") {
  const json want = published("candle_grad");
  if (want.is_null()) return;
  std::size_t left_out = want["unary"].size();
  for (const Unary& unary : unary_functions) {
    INFO(unary.name);
    const Tensor x = vector(want["unary_x"]);
    compare(backward_from_ones(unary.f(x)).value(), want["unary"][unary.name][0], unary.decimals);
    compare(x.grad(), want["unary"][unary.name][1], unary.decimals);
    --left_out;
  }
  fmt::print("candle's functions: {} ran, {} are left out: sin cos\n", unary_functions.size(), left_out);
  CHECK(left_out == 2);
}

TEST_CASE("published activations", "[conformance]") {
  const json want = published("activations");
  if (want.is_null()) return;
  const Tensor x = vector(want["mlx_gelu"]["x"]), t = vector(want["tf_official_gelu_tanh"]["x"]);
  compare(gelu(x).value(), want["mlx_gelu"]["erf"], 6);
  compare(gelu_tanh(x).value(), want["mlx_gelu"]["tanh"], 6);
  compare(gelu_tanh(t).value(), want["tf_official_gelu_tanh"]["y"], 6);
  compare(softmax(vector(want["mlx_softmax"]["x"])).value(), want["mlx_softmax"]["y"], 4);
  compare(log_softmax(vector(want["mlx_log_softmax"]["x"])).value(), want["mlx_log_softmax"]["y"], 4);
  for (const double logit : {1., 1e4, 1e8, 1e20, 1e36})
    compare(log_softmax(Array::filled({2}, static_cast<real>(logit))).value(), json({-0.6931472, -0.6931472}), 6);
}

TEST_CASE("the two GELUs differ by less than 0.0005", "[conformance]") {
  const json want = published("activations");
  if (want.is_null()) return;
  const Tensor x = counted({1201}) / 100 - 6;
  const Tensor difference = gelu(x) - gelu_tanh(x);
  const double most = max(relu(difference) + relu(-difference)).item();
  CHECK(most < want["mlx_gelu"]["max_abs_difference_tanh_vs_erf_on_-6..6"].get<double>());
}
