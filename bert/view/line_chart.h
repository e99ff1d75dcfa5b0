#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bert/view/axis.h"
#include "bert/view/points.h"

// Lines over steps, as an SVG that takes its colours from the page (page.h).
//
//   const LineChart chart{.title = "Accuracy", .lines = {{.name = "held out", .points = {{10, 0.31}, {20, 0.44}}}}};
//   page += svg_of(chart);
namespace bertlet::view {

enum class Stroke { faint, plain, dotted };  // dotted: the strongest, with a dot at each point as long as there are few

struct Line {
  std::string name;
  std::vector<Point> points;  // by rising x; a y that cannot be drawn leaves a gap and a cross
  std::size_t run = 0;        // which gives colour and dashes
  Stroke stroke = Stroke::plain;
  std::optional<Point> best = {};
};

struct Reference {  // a value to compare with, at any step
  std::string name;
  double y;
};

struct LineChart {
  std::string title = {};  // for those who cannot see it
  std::string x_name = "step";
  Scale scale = Scale::linear;  // of y; linear if there is a value that is not above 0
  std::vector<Line> lines = {};
  std::vector<Reference> references = {};
};

std::string svg_of(const LineChart& chart);
std::string table_of(const LineChart& chart);  // its numbers, folded; of long lines as many as people read

}  // namespace bertlet::view
