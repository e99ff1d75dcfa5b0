#pragma once
#include <string>
#include <vector>

#include "bert/view/line_chart.h"

// The figures of the chapters: SVG as text, made of numbers that bertlet computed, legible on light and on dark paper.
//
//   Drawing drawing(200, 60, "A row of two numbers");
//   drawing.matrix(10, 10, 2, {0.5, 1});
//   fmt::print("{}", drawing.svg());
namespace bertlet::book {

enum class Align { begin, middle, end };

class Drawing {
 public:
  Drawing(int width, int height, const std::string& title);

  void text(double x, double y, const std::string& words, Align align = Align::begin);
  void strong(double x, double y, const std::string& words, Align align = Align::begin);
  void box(double x, double y, double width, double height);
  void cell(double x, double y, double width, double height, double shade, const std::string& words);  // shade: 0 … 1
  void arrow(double x1, double y1, double x2, double y2);

  // Rows of cells, the darker the larger the number is beside `most`; with so many digits after the point.
  void matrix(double x, double y, int64_t columns, const std::vector<double>& numbers, int digits = 2, double most = 1);

  std::string svg() const;

  static constexpr double cell_width = 46, cell_height = 24;

 private:
  int width_, height_;
  std::string title_, body_;
};

// The chart as a file of its own, with the names of its lines below it.
std::string svg_file(const view::LineChart& chart);

}  // namespace bertlet::book
