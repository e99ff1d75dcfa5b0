#include "bert/view/axis.h"

#include <algorithm>
#include <cmath>

#include "bert/view/numbers.h"

namespace bertlet::view {

namespace {

// The smallest of 1, 2, 5, 10, 20, … with at most `most` steps in `range`.
double nice_step(double range, int most) {
  const double least = range / most;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

std::vector<Tick> linear_ticks(double low, double high, int most) {
  const double step = nice_step(high - low, most);
  const auto first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  std::vector<Tick> ticks;
  for (double i = first; i <= last; ++i) ticks.push_back({i * step, tick_text(i * step, step)});
  return ticks;
}

// Each of the factors times every `stride`-th power of 10, from the last one below the range to the first above it.
std::vector<Tick> powers(double low, double high, const std::vector<double>& factors, int stride) {
  const int first = static_cast<int>(std::floor(std::log10(low) / stride)) * stride;
  std::vector<Tick> ticks;
  for (int power = first;; power += stride)
    for (const double factor : factors) {
      const double value = factor * std::pow(10, power);
      if (value <= low * (1 + 1e-9)) ticks.clear();
      ticks.push_back({value, tick_text(value, value / factor)});
      if (value >= high * (1 - 1e-9)) return ticks;
    }
}

std::vector<Tick> logarithmic_ticks(double low, double high, int most) {
  const auto few = [most](const std::vector<Tick>& ticks) { return std::ssize(ticks) <= most + 2; };
  std::vector<Tick> ticks = powers(low, high, {1, 2, 5}, 1);
  for (int stride = 1; !few(ticks); stride = stride == 1 ? 2 : stride + 2) ticks = powers(low, high, {1}, stride);
  return ticks;
}

// A range that is no wider than rounding has no ticks.
void widen(double& low, double& high, Scale scale) {
  constexpr double almost_0 = 1e-200;
  const double size = std::max(std::abs(low), std::abs(high));
  if (high - low > std::max(1e-9 * size, almost_0)) return;
  const double middle = low;
  const double half = size < almost_0 ? 1 : size / 2;
  low = scale == Scale::logarithmic ? middle / 2 : middle - half;
  high = scale == Scale::logarithmic ? middle * 2 : middle + half;
}

}  // namespace

double Axis::place(double value) const {
  if (scale == Scale::logarithmic) return std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

Axis make_axis(double low, double high, int most, Ends ends, Scale scale) {
  widen(low, high, scale);
  Axis axis{low, high, scale,
            scale == Scale::linear ? linear_ticks(low, high, most) : logarithmic_ticks(low, high, most)};
  if (ends == Ends::at_ticks) {
    axis.low = axis.ticks.front().value;
    axis.high = axis.ticks.back().value;
  }
  std::erase_if(axis.ticks, [&](const Tick& tick) { return tick.value < axis.low || tick.value > axis.high; });
  return axis;
}

}  // namespace bertlet::view
