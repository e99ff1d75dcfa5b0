#pragma once
#include <string>
#include <vector>

namespace bertlet::view {

enum class Scale { linear, logarithmic };
enum class Ends { at_the_values, at_ticks };

struct Tick {
  double value;
  std::string text;
};

// A direction of a chart: what it goes from and to, and where it has numbers, which are 1, 2 or 5 times a power of 10.
struct Axis {
  double low = 0, high = 1;
  Scale scale = Scale::linear;
  std::vector<Tick> ticks = {};

  double place(double value) const;  // 0 at the low end, 1 at the high one
};

// `low` and `high` are finite and, on a logarithmic axis, not below 1e-100. There are about `most` ticks, and at least
// two where the axis ends at ticks. If both are the same value, the axis is made around it.
Axis make_axis(double low, double high, int most, Ends ends, Scale scale = Scale::linear);

}  // namespace bertlet::view
