#include "nn/init.h"

#include <algorithm>
#include <cmath>

#include "core/ops.h"
#include "core/parallel.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

Array filled_by(const Initialiser& fill, const Shape& shape, std::string_view name = "weight", std::uint64_t seed = 1) {
  Tensor t = Tensor::parameter(Array::filled(shape, 0));
  fill(t, rng_for(seed, name));
  return t.value();
}

struct Moments {
  double mean = 0, deviation = 0, largest = 0;
};

Moments moments(const Array& a) {
  Moments m;
  for (int64_t i = 0; i < a.size(); ++i) m.mean += static_cast<double>(a[i]) / static_cast<double>(a.size());
  for (int64_t i = 0; i < a.size(); ++i) {
    const double off = static_cast<double>(a[i]) - m.mean;
    m.deviation += off * off / static_cast<double>(a.size());
    m.largest = std::max(m.largest, std::abs(static_cast<double>(a[i])));
  }
  m.deviation = std::sqrt(m.deviation);
  return m;
}

}  // namespace

TEST_CASE("initialisers have the spread their formulas name", "[init]") {
  const Shape shape{300, 500};  // 150 000 numbers: the deviation is known to 0.2 %
  const auto deviation = [&](const Initialiser& fill) { return moments(filled_by(fill, shape)).deviation; };
  CHECK(deviation(normal_init(real(0.02))) == Approx(0.02).epsilon(0.01));
  CHECK(deviation(truncated_normal_init(real(0.02))) == Approx(0.02 * 0.8796).epsilon(0.01));  // of a normal cut at ±2
  CHECK(deviation(xavier_normal()) == Approx(std::sqrt(2.0 / 800)).epsilon(0.01));
  CHECK(deviation(xavier_uniform()) == Approx(std::sqrt(2.0 / 800)).epsilon(0.01));
  CHECK(deviation(kaiming_normal()) == Approx(std::sqrt(2.0 / 500)).epsilon(0.01));
  CHECK(deviation(kaiming_uniform()) == Approx(std::sqrt(2.0 / 500)).epsilon(0.01));
  CHECK(moments(filled_by(truncated_normal_init(real(0.02)), shape)).largest <= 0.04);
  CHECK(moments(filled_by(xavier_uniform(), shape)).largest <= std::sqrt(6.0 / 800) * 1.0001);
  CHECK(std::abs(moments(filled_by(normal_init(1, 3), shape)).mean - 3) < 0.01);
}

TEST_CASE("a convolution's fan counts its window", "[init]") {
  CHECK(moments(filled_by(kaiming_normal(1), {64, 32, 5})).deviation == Approx(1 / std::sqrt(160.0)).epsilon(0.03));
}

TEST_CASE("orthogonal rows, or columns where these are fewer, stand at right angles", "[init]") {
  for (const Shape& shape : {Shape{4, 7}, Shape{7, 4}, Shape{5, 5}}) {
    const Tensor q = filled_by(orthogonal(2), shape);
    const bool wide = shape[0] <= shape[1];
    const Array gram = matmul(q, q, {.transpose_a = !wide, .transpose_b = wide}).value();
    const int64_t n = std::min(shape[0], shape[1]);
    for (int64_t i = 0; i < n * n; ++i) CHECK(gram[i] == Approx(i % (n + 1) == 0 ? 4 : 0).margin(1e-5));
  }
}

TEST_CASE("a parameter's first values depend on the seed and its name alone", "[init]") {
  const auto draw = [](std::vector<Parameter> list, std::uint64_t seed, int thread_count) {
    set_threads(thread_count);
    Parameters parameters(std::move(list));
    initialise(parameters, seed, {{"*.bias", constant(0)}, {"*", normal_init()}});
    set_threads(0);
    return parameters;
  };
  const auto fresh = [](const char* name) { return Parameter{name, Tensor::parameter(Array::filled({300, 200}, 5))}; };
  const Parameters one = draw({fresh("a.weight"), fresh("b.weight"), fresh("a.bias")}, 3, 1);
  const Parameters two = draw({fresh("a.bias"), fresh("b.weight"), fresh("c.weight"), fresh("a.weight")}, 3, 3);
  for (const char* name : {"a.weight", "b.weight", "a.bias"})
    CHECK(one.find(name).value().values() == two.find(name).value().values());
  CHECK(one.find("a.weight").value().values() != one.find("b.weight").value().values());
  CHECK(one.find("a.weight").value().values() != draw({fresh("a.weight")}, 4, 1).find("a.weight").value().values());
  CHECK(one.find("a.bias").value()[17] == 0);
}

TEST_CASE("fans need a matrix", "[init]") {
  CHECK_THROWS_WITH(filled_by(xavier_normal(), {5}),
                    Catch::Matchers::ContainsSubstring("xavier_normal: got [5], want a matrix"));
}
