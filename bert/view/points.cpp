#include "bert/view/points.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/mapped.h"
#include "core/require.h"

namespace bertlet::view {

namespace {

// The indices of what is to be seen of points[begin, end).
void add_extremes(const std::vector<Point>& points, std::size_t begin, std::size_t end, std::set<std::size_t>& kept) {
  std::size_t lowest = end, highest = end, broken = end;
  for (std::size_t i = begin; i < end; ++i) {
    if (!can_be_drawn(points[i].y)) {
      broken = i;
      continue;
    }
    if (lowest == end || points[i].y < points[lowest].y) lowest = i;
    if (highest == end || points[i].y > points[highest].y) highest = i;
  }
  for (const std::size_t index : {lowest, highest, broken})
    if (index < end) kept.insert(index);
}

}  // namespace

bool can_be_drawn(double y) { return std::abs(y) <= 1e300; }

std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most) {
  require(most >= 5, "thinned: got {} points at most, want 5 or more", most);
  if (points.size() <= most) return points;
  const std::size_t between = points.size() - 2, stretches = (most - 2) / 3;
  std::set<std::size_t> kept{0, points.size() - 1};
  for (std::size_t i = 0; i < stretches; ++i)
    add_extremes(points, 1 + between * i / stretches, 1 + between * (i + 1) / stretches, kept);
  return mapped(kept, [&](std::size_t index) { return points[index]; });
}

}  // namespace bertlet::view
