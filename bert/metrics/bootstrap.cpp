#include "bert/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "core/random.h"
#include "core/require.h"

namespace bertlet::metrics {

namespace {

constexpr std::uint32_t bootstrap_site = 0;  // the stream of a seed and a round is used for nothing else

// Between two values as far as `share` is between their places.
double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1), below = std::floor(place);
  const auto at = to_size(below);
  const double low = sorted[at], high = sorted[std::min(at + 1, sorted.size() - 1)];
  return low + (place - below) * (high - low);
}

}  // namespace

Interval bootstrap(int64_t examples, const std::function<double(Chosen)>& metric, const BootstrapOptions& options) {
  require(examples > 0 && options.rounds > 0, "bootstrap: got {} examples and {} rounds, want at least one of each",
          examples, options.rounds);
  require(options.level > 0 && options.level < 1, "bootstrap: got a level of {}, want one between 0 and 1",
          options.level);
  std::vector<double> values(to_size(options.rounds));
  parallel_for(options.rounds, 1, [&](int64_t begin, int64_t end) {
    for (int64_t round = begin; round < end; ++round) {
      const Rng rng{.seed = options.seed, .step = static_cast<std::uint64_t>(round), .site = bootstrap_site};
      values[to_size(round)] = metric(integers(rng, examples, examples));
    }
  });
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (std::ranges::any_of(values, [](double value) { return std::isnan(value); })) return {nan, nan};
  std::ranges::sort(values);
  const double tail = (1 - options.level) / 2;
  return {percentile(values, tail), percentile(values, 1 - tail)};
}

}  // namespace bertlet::metrics
