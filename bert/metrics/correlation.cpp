#include "bert/metrics/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/require.h"

namespace bertlet::metrics {

namespace {

using Values = std::span<const double>;

void require_alike(const char* who, Values x, Values y) {
  require(!x.empty() && x.size() == y.size(), "{}: got {} and {} numbers, want as many of each and at least one", who,
          x.size(), y.size());
}

template <class F>
double mean(std::size_t n, const F& f) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += f(i);
  return sum / static_cast<double>(n);
}

bool is_constant(Values x) {
  return std::ranges::all_of(x, [&](double value) { return value == x[0]; });
}

// The distances from the mean, of length 1 together.
std::vector<double> direction(Values x) {
  const double middle = mean(x.size(), [&](std::size_t i) { return x[i]; });
  std::vector<double> unit(x.begin(), x.end());
  for (double& value : unit) value -= middle;
  double length = 0;
  for (const double value : unit) length = std::hypot(length, value);
  for (double& value : unit) value /= length;
  return unit;
}

}  // namespace

bool has_nan(Values x) {
  return std::ranges::any_of(x, [](double value) { return std::isnan(value); });
}

double mean_squared_error(Values gold, Values predicted) {
  require_alike("mean_squared_error", gold, predicted);
  return mean(gold.size(), [&](std::size_t i) { return (gold[i] - predicted[i]) * (gold[i] - predicted[i]); });
}

double mean_absolute_error(Values gold, Values predicted) {
  require_alike("mean_absolute_error", gold, predicted);
  return mean(gold.size(), [&](std::size_t i) { return std::abs(gold[i] - predicted[i]); });
}

double pearson(Values x, Values y) {
  require_alike("pearson", x, y);
  if (has_nan(x) || has_nan(y)) return std::numeric_limits<double>::quiet_NaN();
  if (is_constant(x) || is_constant(y)) return 0;
  const std::vector<double> a = direction(x), b = direction(y);
  return std::clamp(std::inner_product(a.begin(), a.end(), b.begin(), 0.), -1., 1.);
}

double spearman(Values x, Values y) {
  require_alike("spearman", x, y);
  if (has_nan(x) || has_nan(y)) return std::numeric_limits<double>::quiet_NaN();
  return pearson(ranks(x), ranks(y));
}

std::vector<double> ranks(Values values) {
  require(!has_nan(values), "ranks: got NaN, want numbers that can be ordered");
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = static_cast<double>(begin + 1 + end) / 2;
  }
  return ranks;
}

}  // namespace bertlet::metrics
