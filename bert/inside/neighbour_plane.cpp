#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "bert/inside/plane.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

constexpr int64_t rows_of_a_block = 16;
// Neighbours pull harder at first, so that groups form. This falls evenly in its logarithm between two shares of the
// steps: let go all at once, as usual, points stay where a better place is behind others.
constexpr double falls_from = 0.15, falls_to = 0.5;
constexpr double exaggeration = 12, least_rate = 50, least_gain = 0.01, first_spread = 1e-4, least_share = 1e-12;

// Squared distances of points [N, H], [N, N].
std::vector<double> point_distances(const Array& x) {
  const int64_t n = x.shape()[0], width = x.shape()[1];
  std::vector<double> to(to_size(n * n), 0);
  parallel_for(n, rows_of_a_block, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      for (int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (int64_t c = 0; c < width; ++c) {
          const auto off = static_cast<double>(x[i * width + c] - x[j * width + c]);
          sum += off * off;
        }
        to[to_size(i * n + j)] = sum;
      }
  });
  return to;
}

// exp(−β d) of a row over its sum, without the point itself; and the entropy of that.
double row_shares(std::span<const double> d, int64_t self, double beta, std::span<double> to) {
  double least = std::numeric_limits<double>::infinity(), sum = 0, mean = 0;
  for (std::size_t j = 0; j < d.size(); ++j)
    if (to_size(self) != j) least = std::min(least, d[j]);
  for (std::size_t j = 0; j < d.size(); ++j) {
    to[j] = to_size(self) == j ? 0 : std::exp(-beta * (d[j] - least));
    sum += to[j];
    mean += to[j] * (d[j] - least);
  }
  for (double& each : to) each /= sum;
  return std::log(sum) + beta * mean / sum;
}

// β is chosen by halving so that a row is as undecided as among `perplexity` points.
void fit_row(std::span<const double> d, int64_t self, double perplexity, std::span<double> to) {
  double low = 0, high = std::numeric_limits<double>::infinity(), beta = 1;
  for (int tries = 0; tries < 200; ++tries) {
    const double off = row_shares(d, self, beta, to) - std::log(perplexity);
    if (std::abs(off) < 1e-7) return;
    (off > 0 ? low : high) = beta;
    beta = std::isinf(high) ? beta * 2 : (low + high) / 2;
  }
}

// P: how near points are to each other, in all 1.
std::vector<double> nearness(const Array& x, double perplexity) {
  const int64_t n = x.shape()[0];
  const std::vector<double> d = point_distances(x);
  std::vector<double> one_way(to_size(n * n)), to(to_size(n * n));
  parallel_for(n, rows_of_a_block, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      fit_row(std::span(d).subspan(to_size(i * n), to_size(n)), i, perplexity,
              std::span(one_way).subspan(to_size(i * n), to_size(n)));
  });
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      to[to_size(i * n + j)] = std::max(
          least_share, (one_way[to_size(i * n + j)] + one_way[to_size(j * n + i)]) / static_cast<double>(2 * n));
  return to;
}

// Points in the plane and what moves them.
class Layout {
 public:
  Layout(const Array& x, double perplexity) : n_(x.shape()[0]), p_(nearness(x, perplexity)) {
    const Array first = principal_plane(x).places;
    double squares = 0;
    for (int64_t i = 0; i < n_; ++i) squares += static_cast<double>(first[i * 2]) * static_cast<double>(first[i * 2]);
    const double spread = std::sqrt(squares / static_cast<double>(n_));
    for (int64_t i = 0; i < n_ * 2; ++i)
      y_.push_back(spread > 0 ? static_cast<double>(first[i]) / spread * first_spread : 0);
  }

  // Σ 4 (times p − q) (y_i − y_j) / (1 + |y_i − y_j|²) for each point; q = near / Σ near is known once all are seen.
  std::vector<double> gradient(double times) const {
    std::vector<Force> forces(to_size(n_));
    parallel_for(n_, rows_of_a_block, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) forces[to_size(i)] = force_on(i);
    });
    double whole = 0;
    for (const Force& force : forces) whole += force.near;
    std::vector<double> to;
    for (const Force& force : forces)
      for (const std::size_t axis : {0UL, 1UL}) to.push_back(4 * (times * force.pull[axis] - force.push[axis] / whole));
    return to;
  }

  // Each number finds the length of its steps for itself: longer as long as it goes one way. `done`: what share of the
  // steps is behind.
  void step(double done) {
    const bool falls = done >= falls_from;
    if (moves_.empty() || falls != falls_) {
      gains_.assign(y_.size(), 1);
      moves_.assign(y_.size(), 0);
      falls_ = falls;
    }
    const double fallen = std::clamp((done - falls_from) / (falls_to - falls_from), 0.0, 1.0);
    const std::vector<double> slopes = gradient(std::pow(exaggeration, 1 - fallen));
    const double momentum = falls ? 0.8 : 0.5;
    const double rate = std::max(static_cast<double>(n_) / exaggeration / 4, least_rate);
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const bool goes_on = moves_[i] * slopes[i] < 0;
      gains_[i] = std::max(least_gain, goes_on ? gains_[i] + 0.2 : gains_[i] * 0.8);
      moves_[i] = momentum * moves_[i] - rate * gains_[i] * slopes[i];
      y_[i] += moves_[i];
    }
  }

  double divergence() const {
    double whole = 0, sum = 0;
    for (int64_t i = 0; i < n_; ++i) whole += force_on(i).near;
    for (int64_t i = 0; i < n_; ++i)
      for (int64_t j = 0; j < n_; ++j) {
        if (i == j) continue;
        const double p = p_[to_size(i * n_ + j)];
        sum += p * std::log(p / std::max(least_share, nearness_in_plane(i, j) / whole));
      }
    return sum;
  }

  Array places() const {
    Array to({n_, 2});
    for (int64_t i = 0; i < to.size(); ++i) to[i] = static_cast<real>(y_[to_size(i)]);
    return to;
  }

 private:
  double nearness_in_plane(int64_t i, int64_t j) const {
    const double x = y_[to_size(2 * i)] - y_[to_size(2 * j)], y = y_[to_size(2 * i + 1)] - y_[to_size(2 * j + 1)];
    return 1 / (1 + x * x + y * y);
  }

  struct Force {
    std::array<double, 2> pull = {}, push = {};
    double near = 0;
  };

  Force force_on(int64_t i) const {
    Force to;
    for (int64_t j = 0; j < n_; ++j) {
      if (i == j) continue;
      const double near = nearness_in_plane(i, j), p = p_[to_size(i * n_ + j)];
      to.near += near;
      for (const std::size_t axis : {0UL, 1UL}) {
        const double off = y_[to_size(2 * i) + axis] - y_[to_size(2 * j) + axis];
        to.pull[axis] += p * near * off;
        to.push[axis] += near * near * off;
      }
    }
    return to;
  }

  int64_t n_;
  std::vector<double> p_;
  std::vector<double> y_ = {}, moves_ = {}, gains_ = {};
  bool falls_ = false;
};

}  // namespace

NeighbourPlane neighbour_plane(const Array& x, const NeighbourPlaneOptions& options) {
  const int64_t n = x.shape()[0];
  require(n >= 4 && n <= most_neighbour_points, "t-sne: got {} points, want 4 … {}", n, most_neighbour_points);
  const double perplexity = std::min(options.perplexity, static_cast<double>(n - 1) / 3);
  Layout layout(x, perplexity);
  for (int64_t step = 0; step < options.steps; ++step) {
    layout.step(static_cast<double>(step) / static_cast<double>(options.steps));
    if (options.done) options.done(step + 1);
  }
  return {layout.places(), layout.divergence(), perplexity};
}

}  // namespace bertlet::inside
