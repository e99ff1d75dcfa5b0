#include "bert/view/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "bert/view/frame.h"
#include "bert/view/markup.h"
#include "bert/view/numbers.h"

namespace bertlet::view {

namespace {

constexpr std::size_t most_points = 999, most_rows = 100, most_dots = 40, most_crosses = 20;
constexpr double text_height = 11;
constexpr double least_logarithmic = 1e-12;

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;

  bool empty() const { return low > high; }
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// --- the frame -------------------------------------------------------------------------------------------------------

Range steps_of(const LineChart& chart) {
  Range range;
  for (const Line& line : chart.lines)
    for (const Point& point : line.points) range.add(point.x);
  return range;
}

Range values_of(const LineChart& chart) {
  Range range;
  for (const Line& line : chart.lines)
    for (const Point& point : line.points)
      if (can_be_drawn(point.y)) range.add(point.y);
  for (const Reference& reference : chart.references)
    if (can_be_drawn(reference.y)) range.add(reference.y);
  return range;
}

Frame frame_of(const LineChart& chart) {
  Range x = steps_of(chart), y = values_of(chart);
  if (x.empty()) x = {0, 1};
  if (x.low > 0 && x.low < x.high / 5) x.low = 0;  // a run begins there
  if (y.empty()) y = {0, 1};
  const bool logarithmic = chart.scale == Scale::logarithmic && y.low >= least_logarithmic;
  return {make_axis(x.low, x.high, 6, Ends::at_the_values),
          make_axis(y.low, y.high, 6, Ends::at_ticks, logarithmic ? Scale::logarithmic : Scale::linear)};
}

// --- a line ----------------------------------------------------------------------------------------------------------

// A stretch of one point is a dot: a line of no length with round ends.
std::string path_of(const std::vector<Point>& points, const Frame& frame) {
  std::string path;
  const auto drawn = [&](std::size_t i) { return i < points.size() && can_be_drawn(points[i].y); };
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!drawn(i)) continue;
    const bool begins = i == 0 || !drawn(i - 1);
    path += fmt::format("{}{:.1f} {:.1f}", begins ? "M" : "L", frame.x_of(points[i].x), frame.y_of(points[i].y));
    if (begins && !drawn(i + 1)) path += "h0";
  }
  return path;
}

std::string dots(const Line& line, const Frame& frame, const std::string& x_name) {
  std::string svg;
  if (line.stroke != Stroke::dotted || line.points.size() > most_dots) return svg;
  for (const Point& point : line.points)
    if (can_be_drawn(point.y))
      svg += fmt::format(R"(<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="2.2"><title>{}, {} {}: {}</title></circle>)",
                         frame.x_of(point.x), frame.y_of(point.y), escaped(line.name), escaped(x_name), point.x,
                         number_text(point.y));
  return svg;
}

std::string crosses(const Line& line, const Frame& frame, const std::string& x_name) {
  std::string svg;
  std::size_t count = 0;
  for (const Point& point : line.points)
    if (!can_be_drawn(point.y) && count++ < most_crosses)
      svg += fmt::format(
          R"(<path class="cross" d="M{:.1f} {}m-3 -3l6 6m0 -6l-6 6"><title>{}, {} {}: no number</title></path>)",
          frame.x_of(point.x), Frame::top, escaped(line.name), escaped(x_name), point.x);
  return svg;
}

std::string ring(const Line& line, const Frame& frame, const std::string& x_name) {
  if (!line.best) return {};
  return fmt::format(
      R"(<circle class="best" cx="{:.1f}" cy="{:.1f}" r="4.5"><title>{}, best: {} at {} {}</title></circle>)",
      frame.x_of(line.best->x), frame.y_of(line.best->y), escaped(line.name), number_text(line.best->y),
      escaped(x_name), line.best->x);
}

// The numbers themselves, for the script that shows them.
std::string data_of(const std::vector<Point>& points) {
  std::string data;
  for (const Point& point : points)
    data += fmt::format("{}{} {}", data.empty() ? "" : ",", point.x, number_text(point.y));
  return data;
}

const char* stroke_name(Stroke stroke) {
  if (stroke == Stroke::faint) return "faint";
  return stroke == Stroke::plain ? "plain" : "dotted";
}

std::string group_of(Line line, const Frame& frame, const std::string& x_name) {
  line.points = thinned(line.points, most_points);
  std::string svg = fmt::format(R"(<g class="line of{} {}" data-name="{}" data-points="{}">)", line.run,
                                stroke_name(line.stroke), escaped(line.name), data_of(line.points));
  svg += fmt::format(R"(<path class="curve" d="{}"/>)", path_of(line.points, frame));
  return svg + dots(line, frame, x_name) + crosses(line, frame, x_name) + ring(line, frame, x_name) + "</g>\n";
}

// --- references ------------------------------------------------------------------------------------------------------

struct References {
  std::string lines, names;  // drawn below and above the runs' lines
};

// A name stands above its line, at the right; where the line below is near, at the left.
References references_of(std::vector<Reference> references, const Frame& frame) {
  std::erase_if(references, [](const Reference& reference) { return !can_be_drawn(reference.y); });
  std::ranges::sort(references, {}, &Reference::y);
  References drawn;
  double below = Frame::height;
  bool at_right = false;
  for (const Reference& reference : references) {
    const double y = frame.y_of(reference.y);
    at_right = below - y > text_height || !at_right;
    below = y;
    drawn.lines += fmt::format("<path class=\"reference\" d=\"M{} {:.1f}H{}\"/>\n", Frame::left, y, Frame::right);
    drawn.names +=
        fmt::format("<text class=\"name {}\" x=\"{}\" y=\"{:.1f}\">{} {}</text>\n", at_right ? "end" : "begin",
                    at_right ? Frame::right - 2 : Frame::left + 4, y < Frame::top + text_height ? y + 10 : y - 3,
                    escaped(reference.name), number_text(reference.y));
  }
  return drawn;
}

}  // namespace

std::string svg_of(const LineChart& chart) {
  const Frame frame = frame_of(chart);
  const References references = references_of(chart.references, frame);
  std::string svg = svg_begin(frame, chart.title) + axes(frame, chart.x_name) + references.lines;
  for (const Stroke stroke : {Stroke::faint, Stroke::plain, Stroke::dotted})
    for (const Line& line : chart.lines)
      if (line.stroke == stroke) svg += group_of(line, frame, chart.x_name);
  return svg + references.names + "</svg>\n";
}

std::string table_of(const LineChart& chart) {
  std::map<double, std::vector<std::string>> rows;
  std::string html = "<thead><tr><th scope=\"col\">" + escaped(chart.x_name) + "</th>";
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    html += "<th scope=\"col\">" + escaped(chart.lines[i].name) + "</th>";
    for (const Point& point : thinned(chart.lines[i].points, most_rows)) {
      std::vector<std::string>& row = rows[point.x];
      row.resize(chart.lines.size());
      row[i] = can_be_drawn(point.y) ? number_text(point.y) : "–";
    }
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& [x, row] : rows) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", x);
    for (const std::string& cell : row) html += "<td>" + cell + "</td>";
    html += "</tr>\n";
  }
  return numbers_behind(chart.title, html + "</tbody>\n");
}

}  // namespace bertlet::view
