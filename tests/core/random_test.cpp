#include "core/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "core/philox.h"
#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

constexpr bool same(Quad x, Quad y) { return x.a == y.a && x.b == y.b && x.c == y.c && x.d == y.d; }

double mean_of(const std::vector<real>& x, int power = 1) {
  double sum = 0;
  for (real each : x) sum += std::pow(static_cast<double>(each), power);
  return sum / static_cast<double>(x.size());
}

// Kolmogorov and Smirnov: the largest distance between the numbers' distribution and the wanted one, times √n. It
// exceeds 1.95 once in a thousand.
template <class F>
double distance(std::vector<real> x, F distribution) {
  std::sort(x.begin(), x.end());
  const double n = static_cast<double>(x.size());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double wanted = distribution(static_cast<double>(x[i])), below = static_cast<double>(i) / n;
    worst = std::max({worst, wanted - below, below + 1 / n - wanted});
  }
  return worst * std::sqrt(n);
}

double normal_distribution(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }

double truncated_distribution(double x) {
  const double cut = normal_distribution(-2);
  return (normal_distribution(x) - cut) / (1 - 2 * cut);
}

constexpr int64_t many = 200'000;

using Draw = Array (*)(const Rng&, const Shape&, real, real);
struct Named {
  const char* name;
  Draw draw;
};
const Named draws[] = {{"uniform", uniform}, {"normal", normal}, {"truncated_normal", truncated_normal}};

}  // namespace

// From the authors' own list of known answers.
static_assert(same(philox({0, 0, 0, 0}, 0), {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
static_assert(same(philox({~0u, ~0u, ~0u, ~0u}, ~std::uint64_t{0}), {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
static_assert(same(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0'a4093822),
                   {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));

TEST_CASE("uniform numbers are evenly spread and never reach their upper bound") {
  const std::vector<real> x = uniform({.seed = 1}, {many}).values();
  CHECK(distance(x, [](double each) { return each; }) < 1.95);
  CHECK(mean_of(x) == Approx(0.5).margin(0.002));
  CHECK(mean_of(x, 2) == Approx(1.0 / 3).margin(0.002));
  for (const auto& [low, high] : {std::pair<real, real>{0, 1}, {1, 2}, {-3, -2}, {1000, 1001}}) {
    const auto [least, most] = std::ranges::minmax(uniform({.seed = 2}, {1'000'000}, low, high).values());
    CHECK(least >= low);
    CHECK(most < high);
  }
}

TEST_CASE("normal numbers have the normal distribution") {
  const std::vector<real> x = normal({.seed = 3}, {many}).values();
  CHECK(distance(x, normal_distribution) < 1.95);
  CHECK(mean_of(x) == Approx(0).margin(0.01));
  CHECK(mean_of(x, 2) == Approx(1).margin(0.01));
  CHECK(mean_of(x, 3) == Approx(0).margin(0.03));
  CHECK(mean_of(x, 4) == Approx(3).margin(0.06));
  CHECK(std::ranges::all_of(normal({.seed = 4}, {5'000'000}).values(), [](real each) { return std::abs(each) < 7; }));
}

TEST_CASE("neighbouring normal numbers know nothing of each other") {
  const std::vector<real> x = normal({.seed = 5}, {many}).values();
  for (const std::size_t lag : std::initializer_list<std::size_t>{1, 16, 32, 48, 64}) {
    double sum = 0;
    for (std::size_t i = lag; i < x.size(); ++i) sum += static_cast<double>(x[i] * x[i - lag]);
    CHECK(std::abs(sum) / std::sqrt(static_cast<double>(many)) < 3.3);
  }
}

TEST_CASE("truncated normal numbers keep within two deviations") {
  const std::vector<real> x = truncated_normal({.seed = 6}, {many}).values();
  CHECK(distance(x, truncated_distribution) < 1.95);
  CHECK(mean_of(x, 2) == Approx(0.774132).margin(0.01));  // 1 - 4 φ(2) / (Φ(2) - Φ(-2))
  const auto [least, most] = std::ranges::minmax(truncated_normal({.seed = 7}, {2'000'000}).values());
  CHECK(least >= -2);
  CHECK(most <= 2);
  CHECK(least < real(-1.9999));
  CHECK(most > real(1.9999));
}

TEST_CASE("mean and deviation shift and stretch") {
  const Rng rng{.seed = 8};
  for (const Draw draw : {Draw{normal}, Draw{truncated_normal}}) {
    const Array plain = draw(rng, {100}, 0, 1), moved = draw(rng, {100}, 3, real(0.02));
    for (int64_t i = 0; i < 100; ++i) CHECK(moved[i] == Approx(3 + real(0.02) * plain[i]));
  }
  CHECK(normal(rng, {5}, 4, 0).values() == std::vector<real>(5, 4));
}

TEST_CASE("a number depends on seed, step, site and index, and on nothing else", "[threads]") {
  const Rng rng{.seed = 9, .step = 10, .site = 11};
  for (const auto& [name, draw] : draws) {
    INFO(name);
    set_threads(1);
    const std::vector<real> all = draw(rng, {100'003}, 0, 1).values();
    for (const int count : {2, 3, 8}) {
      set_threads(count);
      CHECK(draw(rng, {100'003}, 0, 1).values() == all);
    }
    set_threads(0);
    for (const int64_t n : {1, 15, 16, 17, 63, 64, 65, 5000})  // as many as are asked for: the first ones
      CHECK(draw(rng, {n}, 0, 1).values() == std::vector<real>(all.begin(), all.begin() + n));
    for (const Rng& other : {Rng{10, 10, 11}, Rng{9, 11, 11}, Rng{9, 10, 12}, Rng{9 + (1ull << 32), 10, 11},
                             Rng{9, 10 + (1ull << 32), 11}})
      CHECK(draw(other, {100'003}, 0, 1).values() != all);
  }
}

TEST_CASE("the numbers stay what they are, so that runs can be repeated") {
  const std::vector<real> x = uniform({.seed = 1, .step = 2, .site = 3}, {4}).values();
  CHECK(x == std::vector<real>{0x909a53p-24, 0x12a170p-24, 0x81995fp-24, 0x581dc0p-24});
}

TEST_CASE("integers are evenly spread over their range") {
  for (const int64_t below : {1, 2, 7, 1000}) {
    std::vector<int64_t> counts(to_size(below));
    for (int64_t x : integers({.seed = 12}, many, below)) ++counts.at(to_size(x));
    const double wanted = static_cast<double>(many) / static_cast<double>(below);
    for (int64_t count : counts) CHECK(std::abs(static_cast<double>(count) - wanted) <= 4.5 * std::sqrt(wanted));
  }
}

TEST_CASE("integers of a range that does not divide 2^64 are not biased") {
  const int64_t below = (std::numeric_limits<int64_t>::max() / 3) * 2;  // a plain remainder would favour the lower half
  const std::vector<int64_t> x = integers({.seed = 13}, many, below);
  const auto low = std::ranges::count_if(x, [=](int64_t each) { return each < below / 2; });
  CHECK(std::ranges::all_of(x, [=](int64_t each) { return 0 <= each && each < below; }));
  CHECK(std::abs(static_cast<double>(low) - many / 2) < 3.3 * std::sqrt(many / 4));
}

TEST_CASE("integers do not depend on the number of threads", "[threads]") {
  const Rng rng{.seed = 14};
  set_threads(1);
  const std::vector<int64_t> one = integers(rng, 50'000, 30522);
  set_threads(3);
  CHECK(integers(rng, 50'000, 30522) == one);
  set_threads(0);
}

TEST_CASE("a permutation holds each element once and can be any") {
  std::vector<int64_t> sorted = permutation({.seed = 15}, 10'000);
  CHECK(sorted != permutation({.seed = 16}, 10'000));
  std::sort(sorted.begin(), sorted.end());
  for (int64_t i = 0; i < 10'000; ++i) REQUIRE(sorted[to_size(i)] == i);

  std::vector<int> counts(24);  // of the permutations of four
  for (std::uint64_t step = 0; step < 24'000; ++step) {
    const std::vector<int64_t> p = permutation({.seed = 17, .step = step}, 4);
    const auto smaller = [&](std::size_t i) {
      return std::count_if(p.begin() + static_cast<int64_t>(i), p.end(), [&](int64_t x) { return x < p[i]; });
    };
    ++counts[to_size(6 * smaller(0) + 2 * smaller(1) + smaller(2))];
  }
  for (int count : counts) CHECK(std::abs(count - 1000) < 4 * std::sqrt(1000));
}

TEST_CASE("nothing can be drawn too") {
  CHECK(uniform({}, {0, 3}).size() == 0);
  CHECK(integers({}, 0, 5).empty());
  CHECK(permutation({}, 0).empty());
}

TEST_CASE("senseless ranges are errors that name the generator") {
  const real infinity = std::numeric_limits<real>::infinity();
  using Catch::Matchers::ContainsSubstring;
  CHECK_THROWS_WITH(uniform({}, {3}, 1, 1), ContainsSubstring("uniform"));
  CHECK_THROWS_WITH(uniform({}, {3}, -std::numeric_limits<real>::max(), std::numeric_limits<real>::max()),
                    ContainsSubstring("uniform"));
  CHECK_THROWS_WITH(normal({}, {3}, 0, -1), ContainsSubstring("normal"));
  CHECK_THROWS_WITH(truncated_normal({}, {3}, 0, infinity), ContainsSubstring("truncated_normal"));
  CHECK_THROWS_AS(integers({}, 3, 0), Error);
  CHECK_THROWS_AS(permutation({}, -1), Error);
}
