#pragma once
#include <string>

#include "bert/view/axis.h"

namespace bertlet::view {

// A chart's place on the page, in the units of its drawing: y goes down.
struct Frame {
  Axis x, y;

  static constexpr double width = 420, height = 250;
  static constexpr double left = 46, right = 408, top = 12, bottom = 212;

  double x_of(double value) const { return left + (right - left) * x.place(value); }
  double y_of(double value) const { return bottom - (bottom - top) * y.place(value); }
};

std::string svg_begin(const Frame& frame, const std::string& title);
std::string axes(const Frame& frame, const std::string& x_name);  // with their numbers and the lines of the grid

}  // namespace bertlet::view
