#include "bert/data/random.h"

#include "core/real.h"
#include "tests/catch.h"

using bertlet::data::Random;

TEST_CASE("Python's draws are those of its module random") {  // what CPython 3.11 prints for these calls
  Random random = Random::python(12345);
  CHECK(random.uniform() == 0.41661987254534116);
  CHECK(random.uniform() == 0.010169169457068361);
  std::vector<int64_t> dice;
  for (int i = 0; i < 8; ++i) dice.push_back(random.between(1, 6));
  CHECK(dice == std::vector<int64_t>{3, 3, 2, 3, 5, 4, 2, 3});
  CHECK(random.below(1'000'000'000'000) == 958311429204);
  CHECK(random.below(int64_t{1} << 39) == 285327288651);  // 40 bits, of two words
  std::vector<int> items = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  random.shuffle(items);
  CHECK(items == std::vector<int>{1, 4, 6, 3, 0, 5, 7, 9, 2, 8});
  CHECK(random.sample(10, 4) == std::vector<int64_t>{2, 3, 1, 7});
  CHECK(random.sample(1000, 6) == std::vector<int64_t>{857, 349, 329, 24, 469, 347});
  CHECK(random.choice(std::vector<int>{3, 1, 4, 1, 5, 9}) == 3);
}

TEST_CASE("Python's seeds may be zero or larger than a word") {
  CHECK(Random::python(0).below(1000) == 864);
  Random random = Random::python((std::uint64_t{1} << 40) + 7);
  CHECK(random.below(1000) == 628);
  CHECK(random.uniform() == 0.7473242567100844);
}

TEST_CASE("Streams of Philox differ by seed, step and site, and are even") {
  const auto first = [](const bertlet::Rng& rng) { return Random(rng).below(int64_t{1} << 60); };
  const int64_t base = first({.seed = 1, .step = 2, .site = 3});
  CHECK(base == first({.seed = 1, .step = 2, .site = 3}));
  CHECK(base != first({.seed = 2, .step = 2, .site = 3}));
  CHECK(base != first({.seed = 1, .step = 3, .site = 3}));
  CHECK(base != first({.seed = 1, .step = 2, .site = 4}));
  Random random({.seed = 1});
  std::vector<int> counts(6);
  for (int i = 0; i < 60'000; ++i) ++counts[bertlet::to_size(random.below(6))];
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 400);  // deviation 91
}

TEST_CASE("A draw from nothing is an error") {
  Random random({});
  CHECK_THROWS_WITH(random.below(0), "random: got a draw below 0, want at least 1");
  CHECK_THROWS_WITH(random.sample(3, 4), Catch::Matchers::ContainsSubstring("got a sample of 4 from 3"));
}
