#pragma once
#include <vector>

namespace bertlet::view {

struct Point {
  double x, y;

  friend bool operator==(const Point&, const Point&) = default;
};

bool can_be_drawn(double y);  // finite, and not so large that a range would overflow

// At most `most` points, at least 5, that look the same: the first and the last, and of each stretch between them the
// lowest, the highest, and one that is not a number, so that nothing odd is lost.
std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most);

}  // namespace bertlet::view
