#include "bert/inside/minimum.h"

#include <cmath>
#include <deque>
#include <limits>

#include "core/real.h"

namespace bertlet::inside {

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// y ← y + a x
void add_scaled(Vector& y, double a, const Vector& x) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += a * x[i];
}

double largest_size(const Vector& x) {
  double most = 0;
  for (const double each : x) most = std::max(most, std::abs(each));
  return most;
}

// What steps of late say of the curvature: the inverse Hessian times a vector.
class Curvature {
 public:
  explicit Curvature(int64_t memory) : memory_(to_size(memory)) {}

  void learn(Vector step, Vector change) {
    const double product = dot(step, change);
    if (product <= 1e-12 * dot(change, change)) return;
    pairs_.push_back({std::move(step), std::move(change), product});
    if (pairs_.size() > memory_) pairs_.pop_front();
  }

  bool is_empty() const { return pairs_.empty(); }
  void forget() { pairs_.clear(); }

  Vector downhill(const Vector& gradient) const {
    Vector d = gradient;
    Vector a(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      a[i] = dot(pairs_[i].step, d) / pairs_[i].product;
      add_scaled(d, -a[i], pairs_[i].change);
    }
    const double scale = pairs_.empty() ? 1 / std::sqrt(dot(gradient, gradient))
                                        : pairs_.back().product / dot(pairs_.back().change, pairs_.back().change);
    for (double& each : d) each *= scale;
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      add_scaled(d, a[i] - dot(pairs_[i].change, d) / pairs_[i].product, pairs_[i].step);
    for (double& each : d) each = -each;
    return d;
  }

 private:
  struct Pair {
    Vector step, change;  // of x, of the gradient
    double product;
  };
  std::size_t memory_;
  std::deque<Pair> pairs_ = {};
};

struct Place {
  Vector x, gradient;
  double value = 0;
};

// Along d to a place that is lower by a fair part of what the slope promises and less steep (Wolfe's conditions), by
// halving. False: there is none that the numbers can tell apart.
bool go_down(const SmoothFunction& f, Place& at, const Vector& d) {
  const double slope = dot(at.gradient, d);
  double low = 0, high = std::numeric_limits<double>::infinity(), length = 1;
  Place next{Vector(at.x.size()), Vector(at.x.size())};
  for (int tries = 0; tries < 40; ++tries) {
    next.x = at.x;
    add_scaled(next.x, length, d);
    next.value = f(next.x, next.gradient);
    if (!(next.value <= at.value + 1e-4 * length * slope))
      high = length;
    else if (dot(next.gradient, d) < 0.9 * slope)
      low = length;
    else
      return at = std::move(next), true;
    length = std::isinf(high) ? 2 * low : (low + high) / 2;
  }
  return false;
}

}  // namespace

Minimum minimise(const SmoothFunction& f, std::vector<double>& x, const MinimumOptions& options) {
  Place at{x, Vector(x.size())};
  at.value = f(at.x, at.gradient);
  Curvature curvature(options.memory);
  int64_t step = 0;
  while (step < options.steps && largest_size(at.gradient) > options.tolerance) {
    const Place before = at;
    if (!go_down(f, at, curvature.downhill(at.gradient))) {
      if (curvature.is_empty()) break;
      curvature.forget();  // rounding spoiled it: straight down once more
      continue;
    }
    Vector moved = at.x, change = at.gradient;
    add_scaled(moved, -1, before.x);
    add_scaled(change, -1, before.gradient);
    curvature.learn(std::move(moved), std::move(change));
    ++step;
  }
  x = at.x;
  return {at.value, largest_size(at.gradient), step};
}

}  // namespace bertlet::inside
