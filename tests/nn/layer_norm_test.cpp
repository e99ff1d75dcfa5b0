#include "nn/norm/layer_norm.h"

#include <cmath>
#include <limits>

#include "core/memory.h"
#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr bool in_double = sizeof(real) == 8;

Tensor ones(int64_t n) { return Array::filled({n}, 1); }
Tensor zeros(int64_t n) { return Array::filled({n}, 0); }

// The largest error of a normalised row, against its definition in long double, counted from the row's first number.
double error(const Array& y, const Array& x, long double eps) {
  const auto n = static_cast<long double>(x.size());
  const auto from_first = [&](int64_t i) { return static_cast<long double>(x[i]) - static_cast<long double>(x[0]); };
  long double mean = 0, variance = 0, worst = 0;
  for (int64_t i = 0; i < x.size(); ++i) mean += from_first(i) / n;
  for (int64_t i = 0; i < x.size(); ++i) variance += (from_first(i) - mean) * (from_first(i) - mean) / n;
  for (int64_t i = 0; i < x.size(); ++i) {
    const long double want = (from_first(i) - mean) / std::sqrt(variance + eps);
    worst = std::max(worst, std::abs(static_cast<long double>(y[i]) - want));
  }
  return static_cast<double>(worst);
}

}  // namespace

TEST_CASE("layer norm by hand") {
  const Tensor x = Array::of({1, 4}, {1, 2, 3, 6});  // mean 3, variance 3.5
  const Tensor y = layer_norm(x, Array::of({4}, {1, 1, 2, 1}), Array::of({4}, {0, 0, 5, 0}), real(0.5));
  const std::vector<real> want{-1, real(-0.5), 5, real(1.5)};
  for (std::size_t i = 0; i < 4; ++i) CHECK(y.value()[static_cast<int64_t>(i)] == Catch::Approx(want[i]));
}

TEST_CASE("layer norm stays exact where the mean is large beside the deviation") {
  for (const real mean : {real(0), real(1e2), real(1e4), real(-1e6)})
    for (const int64_t n : {int64_t{5}, int64_t{768}, int64_t{10'001}}) {
      const Array x = normal({.seed = 3}, {1, n}, mean, 1);
      INFO("mean " << mean << ", " << n << " columns");
      CHECK(error(layer_norm(x, ones(n), zeros(n)).value(), x, 1e-12L) < (in_double ? 1e-13 : 2e-6));
    }
}

TEST_CASE("a constant row becomes the bias, and its gradient is finite") {
  for (const real constant : {real(0), real(0.1), real(-3), real(1e6)}) {
    const Tensor x = Tensor::parameter(Array::filled({1, 100}, constant));
    const Tensor y = layer_norm(x, ones(100), zeros(100));
    for (const real z : y.value().values()) CHECK(std::abs(z) < real(1e-6));
    backward(y, normal({.seed = 1}, {1, 100}));
    for (const real g : x.grad().values()) CHECK(std::isfinite(g));
  }
}

TEST_CASE("a row that is not finite stays by itself") {
  Array x = normal({.seed = 3}, {3, 8});
  const Array before = layer_norm(x.clone(), ones(8), zeros(8)).value();
  x[9] = std::numeric_limits<real>::infinity();
  const Array y = layer_norm(x, ones(8), zeros(8)).value();
  CHECK(y.rows(0, 1).values() == before.rows(0, 1).values());
  CHECK(y.rows(2, 3).values() == before.rows(2, 3).values());
  CHECK(std::isnan(y[9]));
}

TEST_CASE("layer norm of one column and of no rows") {
  CHECK(layer_norm(normal({}, {3, 1}), ones(1), zeros(1)).value().values() == std::vector<real>(3, 0));
  const Tensor none = Tensor::parameter(Array({0, 4})), weight = Tensor::parameter(Array::filled({4}, 1));
  backward(layer_norm(none, weight, zeros(4)), Array({0, 4}));
  CHECK(weight.grad().values() == std::vector<real>(4, 0));
}

TEST_CASE("layer norm keeps three numbers a row") {
  const Tensor x = Tensor::parameter(normal({}, {64, 256})), weight = ones(256), bias = zeros(256);
  const MemoryMark mark;
  const Tensor y = layer_norm(x, weight, bias);
  CHECK(mark.live() < static_cast<int64_t>(sizeof(real)) * 64 * (256 + 3) + 1024);
}

TEST_CASE("layer norm says what does not fit") {
  CHECK_THROWS_WITH(layer_norm(zeros(4), ones(3), zeros(4)),
                    ContainsSubstring("layer_norm: got weight [3] and bias [4]"));
  CHECK_THROWS_AS(layer_norm(Array::number(1), ones(1), zeros(1)), Error);
  CHECK_THROWS_AS(layer_norm(Array({2, 0}), ones(0), zeros(0)), Error);
}

TEST_CASE("LayerNorm of some rows is that of all at these rows") {
  const LayerNorm norm(6);
  const std::vector<int64_t> rows{1, 4, 5};
  const Array x = normal({.seed = 1}, {7, 6}), residual = normal({.seed = 2}, {7, 6}), dy = normal({.seed = 3}, {7, 6});
  Pass pass{.training = true, .rng = {.seed = 8}}, of_some{.training = true, .rng = {.seed = 8}, .rows = rows};
  const Tensor all = Tensor::parameter(x), some = Tensor::parameter(gathered("x", x, rows));
  const Tensor y = norm(all, residual, Dropout{real(0.5)}, pass);
  const Tensor z = norm(some, gathered("residual", residual, rows), Dropout{real(0.5)}, of_some);
  CHECK(z.value().values() == gathered("y", y.value(), rows).values());
  backward(y, dy);
  backward(z, gathered("dy", dy, rows));
  CHECK(some.grad().values() == gathered("dx", all.grad(), rows).values());
}

TEST_CASE("LayerNorm takes dropout and a residual along") {
  const LayerNorm norm(6);
  const Tensor x = normal({.seed = 1}, {4, 6}), residual = normal({.seed = 2}, {4, 6});
  const Dropout dropout{real(0.5)};
  Pass training{.training = true, .rng = {.seed = 8}}, same = training, inference;
  const Array got = norm(x, residual, dropout, training).value(), want = norm(dropout(x, same) + residual).value();
  for (int64_t i = 0; i < got.size(); ++i) CHECK(got[i] == Catch::Approx(want[i]).margin(1e-6));
  CHECK(norm(x, residual, dropout, inference).value().values() == norm(x + residual).value().values());
  CHECK(training.rng.site == 1);
  CHECK_THROWS_WITH(norm(x, zeros(6), dropout, inference),
                    ContainsSubstring("dropout_add_norm: got x [4, 6] and residual [6]"));
}
