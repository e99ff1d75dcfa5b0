#include "apps/first_steps/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bert/view/frame.h"
#include "bert/view/markup.h"

namespace bertlet::book {

namespace {

const char* const style = R"(<style>
:root { --paper: #fbfbfa; --ink: #1c1e21; --soft: #5d636b; --grid: #e3e4e6; --c0: #0072b2; --c1: #d55e00; --c2: #009e73; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #131517; --ink: #e8e9eb; --soft: #9aa1a9; --grid: #2e3338; --c0: #5ab4e5; --c1: #ff9040; --c2: #3fcf9f; }
}
text { font: 12px system-ui, "Liberation Sans", Arial, sans-serif; fill: var(--soft); }
.strong, .number { fill: var(--ink); } .strong { font-weight: 600; } .paper { fill: var(--paper); }
.begin { text-anchor: start; } .middle { text-anchor: middle; } .end { text-anchor: end; }
.box { fill: none; stroke: var(--soft); } .shade { fill: var(--c0); } .arrow, .axis, .notch { fill: none; stroke: var(--soft); }
.grid { stroke: var(--grid); } .reference { stroke: var(--soft); stroke-dasharray: 1.5 3; } .curve { fill: none; stroke-width: 2; }
.of0 .curve { stroke: var(--c0); } .of1 .curve { stroke: var(--c1); stroke-dasharray: 7 3; }
.of2 .curve { stroke: var(--c2); stroke-dasharray: 2 2.5; }
</style>
)";

std::string opened(double width, double height, const std::string& title) {
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">)"
      "\n{3}<rect class=\"paper\" width=\"{0}\" height=\"{1}\"/>\n",
      width, height, view::escaped(title), style);
}

const char* name_of(Align align) { return align == Align::begin ? "begin" : align == Align::middle ? "middle" : "end"; }

std::string words_at(double x, double y, const std::string& words, const char* look, Align align) {
  return fmt::format("<text class=\"{}{}\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", look, name_of(align), x, y,
                     view::escaped(words));
}

}  // namespace

Drawing::Drawing(int width, int height, const std::string& title) : width_(width), height_(height), title_(title) {}

void Drawing::text(double x, double y, const std::string& words, Align align) {
  body_ += words_at(x, y, words, "", align);
}

void Drawing::strong(double x, double y, const std::string& words, Align align) {
  body_ += words_at(x, y, words, "strong ", align);
}

void Drawing::box(double x, double y, double width, double height) {
  body_ += fmt::format("<rect class=\"box\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"3\"/>\n",
                       x, y, width, height);
}

void Drawing::cell(double x, double y, double width, double height, double shade, const std::string& words) {
  const double opacity = 0.65 * std::clamp(shade, 0.0, 1.0);
  body_ += fmt::format(
      "<rect class=\"shade\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" fill-opacity=\"{:.2f}\"/>", x,
      y, width - 2, height - 2, opacity);
  body_ += words_at(x + width / 2 - 1, y + height / 2 + 3, words, "number ", Align::middle);
}

void Drawing::arrow(double x1, double y1, double x2, double y2) {
  const double length = std::hypot(x2 - x1, y2 - y1), dx = (x2 - x1) / length, dy = (y2 - y1) / length;
  body_ += fmt::format(
      "<path class=\"arrow\" d=\"M{:.0f} {:.0f}L{:.0f} {:.0f}M{:.1f} {:.1f}L{:.0f} {:.0f}L{:.1f} {:.1f}\"/>\n", x1, y1,
      x2, y2, x2 - 6 * dx - 3 * dy, y2 - 6 * dy + 3 * dx, x2, y2, x2 - 6 * dx + 3 * dy, y2 - 6 * dy - 3 * dx);
}

void Drawing::matrix(double x, double y, int64_t columns, const std::vector<double>& numbers, int digits, double most) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto row = static_cast<int64_t>(i) / columns, column = static_cast<int64_t>(i) % columns;
    const double number = std::abs(numbers[i]) < 0.5 * std::pow(10, -digits) ? 0 : numbers[i];  // no -0.0
    cell(x + static_cast<double>(column) * cell_width, y + static_cast<double>(row) * cell_height, cell_width,
         cell_height, std::abs(number) / most, fmt::format("{:.{}f}", number, digits));
  }
}

std::string Drawing::svg() const { return opened(width_, height_, title_) + body_ + "</svg>\n"; }

std::string svg_file(const view::LineChart& chart) {
  std::string svg = view::svg_of(chart);
  svg = opened(view::Frame::width, view::Frame::height + 20, chart.title) + svg.substr(svg.find('\n') + 1);
  svg.erase(svg.rfind("</svg>"));
  double x = view::Frame::left;
  for (const view::Line& line : chart.lines) {
    svg += fmt::format(R"(<g class="of{}"><path class="curve" d="M{:.0f} 262h24"/></g>)", line.run, x);
    svg += words_at(x + 30, 266, line.name, "", Align::begin);
    x += 46 + 6.2 * static_cast<double>(line.name.size());
  }
  return svg + "</svg>\n";
}

}  // namespace bertlet::book
