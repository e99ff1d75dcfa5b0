#pragma once
#include <cstdint>
#include <functional>
#include <span>

namespace bertlet::metrics {

// How far a metric can be trusted: it is computed again on examples drawn with replacement, as many as there are, and
// the middle `level` of what comes out is the interval (Efron 1979, percentiles).
//
//   bootstrap(n, [&](Chosen examples) { return share_of(right, examples); });
struct BootstrapOptions {
  int64_t rounds = 1000;
  double level = 0.95;
  std::uint64_t seed = 1;
};

struct Interval {
  double low = 0, high = 0;  // NaN if the metric of any round was
};

// The numbers of examples. Several rounds are computed at once, so the metric must not write to what it shares.
using Chosen = std::span<const int64_t>;
Interval bootstrap(int64_t examples, const std::function<double(Chosen)>& metric, const BootstrapOptions& options = {});

}  // namespace bertlet::metrics
