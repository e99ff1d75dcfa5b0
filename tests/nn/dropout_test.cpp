#include "nn/norm/dropout.h"

#include <cmath>
#include <limits>

#include "core/memory.h"
#include "core/ops.h"
#include "core/require.h"
#include "tests/bits.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

const Rng rng{.seed = 7, .step = 3, .site = 2};

Array mask(const Shape& shape, real rate, const Rng& from) {
  return dropout(Array::filled(shape, 1), rate, from).value();
}

std::string text_of(const Array& mask) {
  std::string text;
  for (const real x : mask.values()) text += x == 0 ? '.' : '1';
  return text;
}

}  // namespace

TEST_CASE("dropout keeps the share that it should", "[dropout]") {
  constexpr int64_t n = 10'000'000;
  for (const double rate : {0.1, 0.5, 0.9}) {
    const Array y = mask({n}, static_cast<real>(rate), rng);
    int64_t kept = 0;
    double total = 0;
    for (int64_t i = 0; i < n; ++i) kept += y[i] != 0, total += static_cast<double>(y[i]);
    const double sigma = std::sqrt(rate * (1 - rate) / n);
    INFO("rate " << rate);
    CHECK(std::abs(static_cast<double>(kept) / n - (1 - rate)) < 4 * sigma);
    CHECK(std::abs(total / n - 1) < 4 * sigma / (1 - rate));  // the expectation stays
  }
}

TEST_CASE("dropout drops neighbours, rows and columns alike", "[dropout]") {
  const Array y = mask({1000, 1000}, real(0.3), rng);
  double pairs_across = 0, pairs_down = 0, far = 0;
  for (int64_t i = 0; i + 128 * 128 < y.size(); ++i) {
    pairs_across += y[i] == 0 && y[i + 1] == 0;
    pairs_down += y[i] == 0 && y[i + 1000] == 0;
    far += y[i] == 0 && y[i + 128] == 0;
  }
  const double n = 1e6 - 128 * 128, margin = 5 * std::sqrt(0.09 * 0.91 * n);
  for (const double pairs : {pairs_across, pairs_down, far}) CHECK(std::abs(pairs - 0.09 * n) < margin);
}

TEST_CASE("backward drops what forward dropped", "[dropout]") {
  const Tensor x = Tensor::parameter(Array::filled({33, 77}, 1));
  const Tensor y = dropout(x, real(0.4), rng);
  backward(y, Array::filled({33, 77}, 1));
  CHECK(x.grad().values() == y.value().values());
}

TEST_CASE("dropout's mask is a function of rng and index alone", "[dropout]") {
  const Array want = mask({33'000}, real(0.5), rng);
  CHECK(mask({1000, 33}, real(0.5), rng).values() == want.values());
  CHECK(mask({100}, real(0.5), rng).values() == want.rows(0, 100).values());
  for (const Rng& other : {Rng{.seed = 8, .step = 3, .site = 2}, Rng{.seed = 7, .step = 4, .site = 2},
                           Rng{.seed = 7, .step = 3, .site = 3}})
    CHECK(mask({100}, real(0.5), other).values() != want.rows(0, 100).values());
}

TEST_CASE("some rows drop what they would drop among all", "[dropout]") {
  const Array x = normal({.seed = 1}, {40, 3, 100});
  const std::vector<int64_t> rows{2, 3, 17, 39};
  const Tensor some = Tensor::parameter(gathered("some", x, rows));
  const Tensor y = dropout(some, real(0.5), rng, rows);
  CHECK(same_bits(y.value(), gathered("all", dropout(x, real(0.5), rng).value(), rows)));
  const Array dy = normal({.seed = 2}, x.shape());
  backward(y, gathered("some", dy, rows));
  CHECK(same_bits(some.grad(), gathered("all", dropout(dy, real(0.5), rng).value(), rows)));
  CHECK_THROWS_WITH(dropout(x, real(0.5), rng, rows), ContainsSubstring("dropout: got the numbers of 4 rows"));
}

TEST_CASE("dropout has the same bits with any number of threads", "[dropout][bits]") {
  check_bits([](auto& x) { return dropout(x[0], real(0.1), rng); }, {normal({.seed = 1}, {1'000'003})});
}

TEST_CASE("float and double, and every instruction set, drop the same elements", "[dropout]") {
  CHECK(text_of(mask({40}, real(0.5), rng)) == "..11..1.1.1..1.1.1.1....1111...11..1111.");
  CHECK(text_of(mask({200}, real(0.5), rng).rows(120, 160)) == "....1.1..111...1.111..1......1...11.1..1");
}

TEST_CASE("dropout stores no mask", "[dropout]") {
  const Tensor x = Tensor::parameter(Array::filled({1000, 1000}, 1));
  const MemoryMark mark;
  const Tensor y = dropout(x, real(0.1), rng);
  CHECK(mark.live() < static_cast<int64_t>(sizeof(real)) * 1'000'000 + 1024);
}

TEST_CASE("dropout of nothing and of everything", "[dropout]") {
  const Tensor x = Tensor::parameter(Array::of({2}, {1, std::numeric_limits<real>::infinity()}));
  CHECK(dropout(x, 0, rng).value().data() == x.value().data());
  const Tensor none = dropout(x, 1, rng);
  CHECK(none.value().values() == std::vector<real>{0, 0});
  backward(none, Array::filled({2}, 1));
  CHECK(x.grad().values() == std::vector<real>{0, 0});
  CHECK(dropout(Array({0, 3}), real(0.5), rng).shape() == Shape{0, 3});
}

TEST_CASE("a rate outside 0 … 1 is an error", "[dropout]") {
  const Tensor x = Array::number(1);
  CHECK_THROWS_WITH(dropout(x, real(-0.5), rng), ContainsSubstring("dropout: got a rate of -0.5, want 0 … 1"));
  CHECK_THROWS_AS(dropout(x, real(1.5), rng), Error);
  CHECK_THROWS_AS(dropout(x, std::numeric_limits<real>::quiet_NaN(), rng), Error);
}

TEST_CASE("Dropout works in training only, with another mask at each place", "[dropout]") {
  const Dropout dropout{real(0.5)};
  const Tensor x = Array::filled({100}, 1);
  Pass training{.training = true, .rng = rng}, inference;
  const Tensor first = dropout(x, training), second = dropout(x, training);
  CHECK(first.value().values() != second.value().values());
  CHECK(dropout(x, inference).value().data() == x.value().data());
}
