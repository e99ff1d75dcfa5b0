#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/kernels/rows.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

using Numbers = std::vector<real>;
using Exact = long double;

constexpr real infinity = std::numeric_limits<real>::infinity();
constexpr real missing = std::numeric_limits<real>::quiet_NaN();
const Exact tolerance = 8 * std::numeric_limits<real>::epsilon();
const std::vector<int64_t> widths{1, 2, 7, 31, 32, 33, 64, 100, 127, 768, 5000};

std::size_t index(int64_t i) { return to_size(i); }

// Numbers between -4 and 4 that are all different for a while.
Numbers numbers(int64_t n, int64_t from = 0) {
  Numbers x(index(n));
  for (int64_t i = 0; i < n; ++i) x[index(i)] = static_cast<real>((i + from) * 7919 % 10007) / real(1250.875) - 4;
  return x;
}

// The same function of rows, written for one row.
using Row = std::vector<Exact>;
Row row_of(const Numbers& x, int64_t r, int64_t cols) { return Row(x.begin() + r * cols, x.begin() + (r + 1) * cols); }

Row plain_softmax(const Row& x) {
  Row y;
  Exact total = 0;
  for (const Exact v : x) total += std::exp(v);
  for (const Exact v : x) y.push_back(std::exp(v) / total);
  return y;
}

Exact dot(const Row& a, const Row& b) {
  Exact total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

void check_close(const Numbers& got, int64_t r, const Row& want) {
  Exact worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i)
    worst = std::max(worst, std::fabs(static_cast<Exact>(got[index(r) * want.size() + i]) - want[i]) /
                                std::max(Exact(1), std::fabs(want[i])));
  CHECK(worst <= tolerance);
}

}  // namespace

TEST_CASE("softmax and log-softmax of rows, with gradients", "[kernels]") {
  const RowKernels& k = row_kernels();
  for (const int64_t cols : widths) {
    const int64_t rows = 3, n = rows * cols;
    const Numbers x = numbers(n), dy = numbers(n, 5000);
    Numbers y(index(n)), log_y(index(n)), dx(index(n), 1), log_dx(index(n), missing);
    k.softmax(x.data(), y.data(), rows, cols);
    k.log_softmax(x.data(), log_y.data(), rows, cols);
    k.softmax_grad(dy.data(), y.data(), 1, dx.data(), rows, cols);
    k.log_softmax_grad(dy.data(), log_y.data(), 0, log_dx.data(), rows, cols);
    INFO("columns: " << cols);
    for (int64_t r = 0; r < rows; ++r) {
      const Row p = plain_softmax(row_of(x, r, cols)), g = row_of(dy, r, cols);
      const Exact mean = dot(g, p), total = dot(g, Row(g.size(), 1));
      Row log_p, want, log_want;
      for (std::size_t i = 0; i < p.size(); ++i) {
        log_p.push_back(std::log(p[i]));
        want.push_back(1 + p[i] * (g[i] - mean));
        log_want.push_back(g[i] - p[i] * total);
      }
      check_close(y, r, p);
      check_close(log_y, r, log_p);
      check_close(dx, r, want);
      check_close(log_dx, r, log_want);
    }
  }
}

TEST_CASE("softmax of what is masked", "[kernels]") {
  const RowKernels& k = row_kernels();
  const auto softmax = [&](Numbers x) {
    k.softmax(x.data(), x.data(), 1, static_cast<int64_t>(x.size()));
    return x;
  };
  const auto log_softmax = [&](Numbers x) {
    k.log_softmax(x.data(), x.data(), 1, static_cast<int64_t>(x.size()));
    return x;
  };
  CHECK(softmax({1, -infinity, 1, -infinity}) == Numbers{0.5, 0, 0.5, 0});
  CHECK(softmax({-infinity, -infinity}) == Numbers{0, 0});
  CHECK(softmax({1000, 1000, -1000}) == Numbers{0.5, 0.5, 0});
  CHECK(log_softmax({-infinity, -infinity}) == Numbers{-infinity, -infinity});
  CHECK(log_softmax({5, -infinity}) == Numbers{0, -infinity});
  for (const real y : softmax({1, missing, -infinity})) CHECK(std::isnan(y));
  for (const real y : log_softmax({1, missing, -infinity})) CHECK(std::isnan(y));
}

TEST_CASE("sums of rows", "[kernels]") {
  const RowKernels& k = row_kernels();
  for (const int64_t cols : widths) {
    const Numbers x = numbers(2 * cols);
    Numbers sum(2);
    k.sum(x.data(), sum.data(), 2, cols);
    INFO("columns: " << cols);
    for (int64_t r = 0; r < 2; ++r) {
      const Row row = row_of(x, r, cols);
      const Exact total = dot(row, Row(row.size(), 1));
      CHECK(std::fabs(sum[index(r)] - total) <= tolerance * static_cast<Exact>(cols));
    }
  }
}

TEST_CASE("long sums keep their digits, along rows and along columns", "[kernels]") {
  const int64_t n = 10'000'000;
  const Numbers x(index(n), real(0.1));
  const double want = static_cast<double>(x[0]) * static_cast<double>(n);
  real along = 0, down = 0;
  row_kernels().sum(x.data(), &along, 1, n);
  row_kernels().sum_columns(x.data(), &down, n, 1);
  CHECK(along == Catch::Approx(want).epsilon(1e-6));
  CHECK(down == Catch::Approx(want).epsilon(1e-6));
}

TEST_CASE("sums of columns", "[kernels]") {
  for (const int64_t rows : {0, 1, 7, 8, 9, 600}) {
    for (const int64_t cols : {1, 5, 33, 1030}) {
      const Numbers x = numbers(std::max<int64_t>(1, rows * cols));  // no rows are somewhere, too
      Numbers y(index(cols), missing);
      row_kernels().sum_columns(x.data(), y.data(), rows, cols);
      Row want(index(cols));
      for (int64_t i = 0; i < rows * cols; ++i) want[index(i % cols)] += static_cast<Exact>(x[index(i)]);
      Exact worst = 0;
      for (std::size_t c = 0; c < want.size(); ++c) worst = std::max(worst, std::fabs(y[c] - want[c]));
      INFO(rows << " x " << cols);
      CHECK(worst <= tolerance * std::max(Exact(1), static_cast<Exact>(rows)));
    }
  }
}

TEST_CASE("the maximum of a row, and where it is first", "[kernels]") {
  const auto check = [](const Numbers& x, int64_t want) {
    real y = 0;
    int64_t where = -1;
    row_kernels().max(x.data(), &y, &where, 1, static_cast<int64_t>(x.size()));
    INFO("columns: " << x.size());
    CHECK(where == want);
    CHECK((std::isnan(x[index(want)]) ? std::isnan(y) : y == x[index(want)]));
  };
  check({1, 3, 2, 3}, 1);
  check({-infinity, -infinity}, 0);
  check({infinity, missing, infinity, missing}, 1);
  check({missing}, 0);
  for (const int64_t cols : widths) {
    for (const int64_t at : {int64_t(0), cols / 2, cols - 1}) {
      Numbers x = numbers(cols);
      x[index(at)] = 5;
      check(x, at);
      x[index(cols - 1)] = missing;
      check(x, cols - 1);
      x[index(at)] = missing;
      check(x, at);
    }
  }
}

TEST_CASE("no rows and no columns are nothing to do", "[kernels]") {
  const RowKernels& k = row_kernels();
  real one = 7;
  for (const auto& [rows, cols] : {std::pair<int64_t, int64_t>{0, 5}, {5, 0}, {0, 0}}) {
    k.softmax(nullptr, nullptr, rows, cols);
    k.log_softmax(nullptr, nullptr, rows, cols);
    k.softmax_grad(nullptr, nullptr, 0, nullptr, rows, cols);
    k.log_softmax_grad(nullptr, nullptr, 1, nullptr, rows, cols);
  }
  k.sum(nullptr, &one, 1, 0);
  CHECK(one == 0);
}
