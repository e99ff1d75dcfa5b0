#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/kernels/arithmetic.h"
#include "core/kernels/functions.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

using Numbers = std::vector<real>;
using Exact = long double;

constexpr real infinity = std::numeric_limits<real>::infinity();
constexpr real missing = std::numeric_limits<real>::quiet_NaN();
constexpr real tiny = std::numeric_limits<real>::min();
const Exact pi = std::acos(Exact(-1));

int64_t size_of(const Numbers& x) { return static_cast<int64_t>(x.size()); }

Numbers apply(UnaryKernel f, const Numbers& x) {
  Numbers y(x.size());
  f(x.data(), y.data(), size_of(x));
  return y;
}

// Floats of all magnitudes and both signs, denormals, infinities and NaNs apart.
Numbers floats() {
  Numbers x;
  for (std::uint32_t bits = 0; bits < 0xffff0000u; bits += 9973)
    if (const float value = std::bit_cast<float>(bits); std::isnormal(value)) x.push_back(static_cast<real>(value));
  return x;
}

Numbers grid(double low, double high, double step) {
  Numbers x;
  for (double at = low; at < high; at += step) x.push_back(static_cast<real>(at));
  return x;
}

// In units of the last place of the true value; what is below the normal numbers counts as zero, in a result and on the
// way to it: an earlier test may have had this thread flush denormals.
double ulps(real got, Exact want) {
  if (std::isnan(want) || std::isnan(got)) return std::isnan(want) == std::isnan(got) ? 0 : infinity;
  if (std::fabs(want) < Exact(tiny) * Exact(1.0001)) return std::fabs(got) < tiny * real(1.001) ? 0 : infinity;
  if (std::isinf(static_cast<real>(want)) || std::isinf(got)) return static_cast<real>(want) == got ? 0 : infinity;
  if (std::fabs(got - want) < Exact(tiny)) return 0;
  const int exponent = std::ilogb(want);
  return static_cast<double>(std::fabs(got - want) /
                             std::ldexp(Exact(1), exponent + 1 - std::numeric_limits<real>::digits));
}

struct Worst {
  double error = 0;
  real at = 0;
  void see(double e, real x) {
    if (e > error) error = e, at = x;
  }
};

Exact exact_normal(Exact x) { return std::erfc(-x / std::sqrt(Exact(2))) / 2; }
Exact exact_gelu(Exact x) { return x * exact_normal(x); }
Exact exact_gelu_slope(Exact x) { return exact_normal(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * pi); }
Exact twice_inner(Exact x) { return std::sqrt(8 / pi) * (x + Exact(0.044715L) * x * x * x); }
Exact exact_gelu_tanh(Exact x) { return x / (1 + std::exp(-twice_inner(x))); }
Exact exact_gelu_tanh_slope(Exact x) {
  const Exact s = 1 / (1 + std::exp(-twice_inner(x)));
  return s + x * s * (1 - s) * std::sqrt(8 / pi) * (1 + 3 * Exact(0.044715L) * x * x);
}

}  // namespace

TEST_CASE("elementary functions are right to the last digits at every magnitude", "[kernels]") {
  struct Case {
    const char* name;
    UnaryKernel f;
    Exact (*exact)(Exact);
    double limit;  // float; the double build calls the library
  };
  const FunctionKernels& f = functions();
  const Case cases[] = {
      {"exp", f.exp.value, [](Exact x) { return std::exp(x); }, 1.1},
      {"log", f.log.value, [](Exact x) { return std::log(x); }, 1},
      {"sqrt", f.sqrt.value, [](Exact x) { return std::sqrt(x); }, 0.51},
      {"tanh", f.tanh.value, [](Exact x) { return std::tanh(x); }, 1.5},
      {"erf", f.erf.value, [](Exact x) { return std::erf(x); }, 2},
      {"sigmoid", f.sigmoid.value, [](Exact x) { return 1 / (1 + std::exp(-x)); }, 2.4},
  };
  const Numbers x = floats();
  for (const Case& c : cases) {
    const Numbers y = apply(c.f, x);
    Worst worst;
    for (std::size_t i = 0; i < x.size(); ++i) worst.see(ulps(y[i], c.exact(x[i])), x[i]);
    INFO(c.name << " at " << worst.at);
    CHECK(worst.error <= (sizeof(real) == 4 ? c.limit : 2.5));
  }
}

TEST_CASE("GELU and its slope, in both forms", "[kernels]") {
  struct Case {
    const char* name;
    UnaryKernels f;
    Exact (*value)(Exact);
    Exact (*slope)(Exact);
  };
  const Case cases[] = {{"gelu", functions().gelu, exact_gelu, exact_gelu_slope},
                        {"gelu_tanh", functions().gelu_tanh, exact_gelu_tanh, exact_gelu_tanh_slope}};
  const double unit = std::numeric_limits<real>::epsilon();
  const Numbers x = grid(-9, 12, 1e-3), ones(x.size(), 1);
  for (const Case& c : cases) {
    const Numbers y = apply(c.f.value, x);
    Numbers slope(x.size());
    c.f.grad(ones.data(), x.data(), 0, slope.data(), size_of(x));
    Worst value, derivative, tail;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Exact want = c.value(x[i]);
      value.see(static_cast<double>(std::fabs(y[i] - want)) / unit / std::max(1.0, std::fabs(double(x[i]))), x[i]);
      derivative.see(static_cast<double>(std::fabs(slope[i] - c.slope(x[i]))) / unit, x[i]);
      tail.see(static_cast<double>(std::fabs(y[i] / want - 1)) / unit * (x[i] == 0 ? 0 : 1), x[i]);
    }
    INFO(c.name << " at " << value.at << ", its slope at " << derivative.at << ", its tail at " << tail.at);
    CHECK(value.error <= 1.5);
    CHECK(derivative.error <= 3);
    CHECK(tail.error <= (sizeof(real) == 4 ? 300 : 4000));  // no cancellation: digits remain far out
  }
}

TEST_CASE("infinities, zeros and NaN go through elementary functions as they should", "[kernels]") {
  const FunctionKernels& f = functions();
  const Numbers x{0, -real(0), infinity, -infinity, missing, -missing, 1000, -1000};
  const auto check = [&](const char* name, UnaryKernel function, const Numbers& want) {
    const Numbers y = apply(function, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      INFO(name << "(" << x[i] << ") = " << y[i]);
      CHECK((std::isnan(want[i]) ? std::isnan(y[i]) : y[i] == want[i]));
    }
  };
  const real log1000 = std::log(real(1000)), sqrt1000 = std::sqrt(real(1000));
  check("exp", f.exp.value, {1, 1, infinity, 0, missing, missing, infinity, 0});
  check("log", f.log.value, {-infinity, -infinity, infinity, missing, missing, missing, log1000, missing});
  check("sqrt", f.sqrt.value, {0, 0, infinity, missing, missing, missing, sqrt1000, missing});
  check("tanh", f.tanh.value, {0, 0, 1, -1, missing, missing, 1, -1});
  check("erf", f.erf.value, {0, 0, 1, -1, missing, missing, 1, -1});
  check("sigmoid", f.sigmoid.value, {0.5, 0.5, 1, 0, missing, missing, 1, 0});
  check("relu", f.relu.value, {0, 0, infinity, 0, missing, missing, 1000, 0});
  check("gelu", f.gelu.value, {0, 0, infinity, 0, missing, missing, 1000, 0});
  check("gelu_tanh", f.gelu_tanh.value, {0, 0, infinity, 0, missing, missing, 1000, 0});
  const auto slope = [&](UnaryGradKernel grad) {
    return [grad, ones = Numbers(8, 1)](const Numbers& at) {
      Numbers dx(at.size());
      grad(ones.data(), at.data(), 0, dx.data(), size_of(at));
      return dx;
    };
  };
  for (const UnaryGradKernel grad : {f.gelu.grad, f.gelu_tanh.grad}) {
    const Numbers dx = slope(grad)(x);
    CHECK(dx[0] == Catch::Approx(0.5));
    CHECK(dx[2] == 1);
    CHECK(dx[3] == 0);
    CHECK((std::isnan(dx[4]) && std::isnan(dx[5])));
  }
  CHECK(slope(f.relu.grad)({0, 2, -1}) == Numbers{0, 1, 0});
}

TEST_CASE("an element's bits do not depend on where it lies", "[kernels]") {
  const FunctionKernels& f = functions();
  const Numbers x = grid(-8, 8, 0.05), dy = grid(0, 16, 0.05);
  for (const UnaryKernels& k : {f.exp, f.sqrt, f.tanh, f.sigmoid, f.relu, f.log, f.erf, f.gelu, f.gelu_tanh}) {
    const Numbers whole = apply(k.value, x);
    Numbers slopes(x.size());
    k.grad(dy.data(), x.data(), 0, slopes.data(), size_of(x));
    for (int64_t begin = 0; begin < 20; ++begin) {
      for (const int64_t n : {1, 7, 16, 31, 100}) {
        Numbers part(static_cast<std::size_t>(n));
        k.value(x.data() + begin, part.data(), n);
        CHECK(std::memcmp(part.data(), whole.data() + begin, part.size() * sizeof(real)) == 0);
        k.grad(dy.data() + begin, x.data() + begin, 0, part.data(), n);
        CHECK(std::memcmp(part.data(), slopes.data() + begin, part.size() * sizeof(real)) == 0);
      }
    }
  }
}

TEST_CASE("binary kernels meet arrays and single numbers on either side", "[kernels]") {
  const ArithmeticKernels& k = arithmetic();
  const Numbers a{1, 2, 4}, b{8, 2, 0.5};
  const auto call = [&](BinaryKernel f, int64_t a_step, int64_t b_step) {
    Numbers y(3, missing);
    f(a.data(), a_step, b.data(), b_step, y.data(), 3);
    return y;
  };
  CHECK(call(k.add, 1, 1) == Numbers{9, 4, 4.5});
  CHECK(call(k.add, 0, 1) == Numbers{9, 3, 1.5});
  CHECK(call(k.add, 1, 0) == Numbers{9, 10, 12});
  CHECK(call(k.add, 0, 0) == Numbers{9, 9, 9});
  CHECK(call(k.sub, 0, 1) == Numbers{-7, -1, 0.5});
  CHECK(call(k.mul.value, 1, 0) == Numbers{8, 16, 32});
  CHECK(call(k.div.value, 1, 1) == Numbers{0.125, 1, 8});
  CHECK(call(k.pow.value, 1, 1) == Numbers{1, 4, 2});
  CHECK(call(k.pow.value, 0, 1) == Numbers{1, 1, 1});
}

TEST_CASE("gradients of binary kernels: first and further contributions, in place too", "[kernels]") {
  const ArithmeticKernels& k = arithmetic();
  const Numbers a{1, 2, 4}, b{8, 2, 0.5}, dy{1, 10, 100};
  const auto call = [&](BinaryGradKernel f, int64_t b_step, real beta, Numbers g) {
    f(dy.data(), a.data(), 1, b.data(), b_step, beta, g.data(), 3);
    return g;
  };
  CHECK(call(k.mul.grad_a, 1, 0, {missing, missing, missing}) == Numbers{8, 20, 50});
  CHECK(call(k.mul.grad_a, 0, 1, {1, 1, 1}) == Numbers{9, 81, 801});
  CHECK(call(k.mul.grad_b, 1, 0, {missing, missing, missing}) == Numbers{1, 20, 400});
  CHECK(call(k.div.grad_a, 1, 1, {1, 1, 1}) == Numbers{1.125, 6, 201});
  CHECK(call(k.div.grad_b, 1, 0, {missing, missing, missing}) == Numbers{-0.015625, -5, -1600});
  CHECK(call(k.pow.grad_a, 1, 0, {missing, missing, missing}) == Numbers{8, 40, 25});
  Numbers g = dy;
  k.mul.grad_a(g.data(), a.data(), 1, b.data(), 1, 0, g.data(), 3);
  CHECK(g == Numbers{8, 20, 50});
}

TEST_CASE("powers with one exponent for all are exact, and their gradients finite at 0", "[kernels]") {
  const ArithmeticKernels& k = arithmetic();
  const Numbers a{0, 3, -5, 9}, dy(4, 1);
  const auto pow = [&](real b) {
    Numbers y(4, missing);
    k.pow.value(a.data(), 1, &b, 0, y.data(), 4);
    return y;
  };
  const auto grad = [&](BinaryGradKernel f, real b) {
    Numbers g(4, missing);
    f(dy.data(), a.data(), 1, &b, 0, 0, g.data(), 4);
    return g;
  };
  CHECK(pow(0) == Numbers{1, 1, 1, 1});
  CHECK(pow(1) == a);
  CHECK(pow(2) == Numbers{0, 9, 25, 81});
  CHECK(pow(3) == Numbers{0, 27, -125, 729});
  CHECK(pow(-1) == Numbers{infinity, 1 / real(3), real(-0.2), 1 / real(9)});
  CHECK(pow(0.5)[3] == 3);
  CHECK(pow(5) == Numbers{0, 243, -3125, 59049});
  CHECK(grad(k.pow.grad_a, 0) == Numbers{0, 0, 0, 0});
  CHECK(grad(k.pow.grad_a, 1) == Numbers{1, 1, 1, 1});
  CHECK(grad(k.pow.grad_a, 2) == Numbers{0, 6, -10, 18});
  CHECK(grad(k.pow.grad_a, 3) == Numbers{0, 27, 75, 243});
  const Numbers by_exponent = grad(k.pow.grad_b, 2);
  CHECK(by_exponent[0] == 0);
  CHECK(by_exponent[1] == Catch::Approx(9 * std::log(3.0)));
}

TEST_CASE("axpby and fill", "[kernels]") {
  const Numbers x{1, 2, 3};
  Numbers y{10, 20, 30};
  arithmetic().axpby(2, x.data(), real(0.5), y.data(), 3);
  CHECK(y == Numbers{7, 14, 21});
  y = {missing, missing, missing};
  arithmetic().axpby(2, x.data(), 0, y.data(), 3);
  CHECK(y == Numbers{2, 4, 6});
  arithmetic().fill(4, y.data(), 2);
  CHECK(y == Numbers{4, 4, 6});
}
