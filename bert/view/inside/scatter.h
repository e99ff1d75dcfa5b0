#pragma once
#include <string>
#include <vector>

#include "bert/io/json/value.h"

// Points of a plane, each with a text that shows where one points. What they are is told by colour and shape.
namespace bertlet::view {

struct ScatterPoint {
  double x, y;
  std::string text;
  int64_t label = 0;  // its number; which gives colour and shape
};

struct Scatter {
  std::string title, note = {};
  std::vector<ScatterPoint> points = {};
  std::vector<std::string> labels = {};  // names; none: the points have no labels
};

// `id` is the page's own. What scatter.js needs stands beside the drawing.
std::string scatter_figure(const Scatter& scatter, const std::string& id);
std::string scatter_legend(
    const std::vector<std::string>& labels);  // of all scatters of a page; its buttons hide points
std::string scatter_text(const Scatter& scatter, int64_t columns);  // drawn with letters, of each label its own

// A page of one scatter, with its table.
std::string scatter_page(const Scatter& scatter, const std::string& about);
io::Json scatter_json(const Scatter& scatter);

}  // namespace bertlet::view
