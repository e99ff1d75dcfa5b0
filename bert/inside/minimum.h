#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace bertlet::inside {

// The value of a smooth function at x, and its gradient there.
using SmoothFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct MinimumOptions {
  double tolerance = 1e-6;  // of the gradient's largest number
  int64_t steps = 1000;
  int64_t memory = 20;  // differences that tell of the curvature
};

struct Minimum {
  double value;     // in it
  double gradient;  // its largest number there
  int64_t steps;
};

// Goes from x down to a minimum by L-BFGS (Liu and Nocedal 1989), which needs no rate and no luck: a convex function
// has the same one from wherever it starts.
Minimum minimise(const SmoothFunction& f, std::vector<double>& x, const MinimumOptions& options = {});

}  // namespace bertlet::inside
