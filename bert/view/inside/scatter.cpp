#include "bert/view/inside/scatter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bert/io/json/document.h"
#include "bert/view/inside/inside_page.h"
#include "bert/view/inside/layer_table.h"
#include "bert/view/markup.h"
#include "bert/view/page.h"
#include "core/real.h"

namespace bertlet::view {

extern const char *const study_style, *const scatter_script;  // study.css and scatter.js

namespace {

constexpr double side = 600, margin = 14;  // of the drawing

// Disc, square, triangle, diamond, cross, ring, triangle on its tip, plus: each takes about the same room.
constexpr std::array<const char*, 8> shapes = {
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-3.6-3.6h7.2v7.2h-7.2z",
    "M0-4.8L4.6 3.4H-4.6z",
    "M0-5.2L5.2 0L0 5.2L-5.2 0z",
    "M-4.2-2.4L-2.4-4.2L0-1.8L2.4-4.2L4.2-2.4L1.8 0L4.2 2.4L2.4 4.2L0 1.8L-2.4 4.2L-4.2 2.4L-1.8 0z",
    "M-4.4 0a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0zM-2.2 0a2.2 2.2 0 1 1 4.4 0a2.2 2.2 0 1 1-4.4 0z",
    "M0 4.8L4.6-3.4H-4.6z",
    "M-1.4-4.6h2.8v3.2h3.2v2.8h-3.2v3.2h-2.8v-3.2h-3.2v-2.8h3.2z"};

// After all colours have been seen once, they come with the next shape.
const char* shape_of(std::size_t label) { return shapes[(label + label / page_colours) % shapes.size()]; }
std::size_t colour_of(std::size_t label) { return label % page_colours; }

std::string drawn_shape(std::size_t label) {
  return fmt::format("<path class=\"mark\" style=\"fill:var(--colour{})\" fill-rule=\"evenodd\" d=\"{}\"",
                     colour_of(label), shape_of(label));
}

// Both axes have one scale: distances are to be seen.
class Window {
 public:
  explicit Window(const std::vector<ScatterPoint>& points) {
    if (points.empty()) return;
    const auto [x_low, x_high] = std::ranges::minmax(points, {}, &ScatterPoint::x);
    const auto [y_low, y_high] = std::ranges::minmax(points, {}, &ScatterPoint::y);
    x_ = (x_low.x + x_high.x) / 2;
    y_ = (y_low.y + y_high.y) / 2;
    reach_ = std::max({x_high.x - x_low.x, y_high.y - y_low.y, 1e-30}) / 2;
  }

  double x(const ScatterPoint& point) const { return (point.x - x_) / reach_; }  // −1 … 1
  double y(const ScatterPoint& point) const { return (point.y - y_) / reach_; }

 private:
  double x_ = 0, y_ = 0, reach_ = 1;
};

const std::string& label_of(const Scatter& scatter, const ScatterPoint& point) {
  static const std::string nothing;
  return scatter.labels.empty() ? nothing : scatter.labels[to_size(point.label)];
}

// Few points are drawn larger.
double size_of(const Scatter& scatter) {
  return std::clamp(30 / std::sqrt(static_cast<double>(scatter.points.size()) + 1), 1.0, 1.7);
}

// What the script says of the points.
io::Json told(const Scatter& scatter) {
  io::Json points = io::Json::array();
  for (const ScatterPoint& point : scatter.points)
    points.push_back({{"text", printable(point.text)}, {"label", printable(label_of(scatter, point))}});
  return points;
}

std::string points_table(const Scatter& scatter) {
  const bool labelled = !scatter.labels.empty();
  std::string to = "<table>\n<thead><tr><th scope=\"col\">point</th><th scope=\"col\" class=\"text\">text</th>";
  if (labelled) to += "<th scope=\"col\" class=\"text\">label</th>";
  to += "<th scope=\"col\">x</th><th scope=\"col\">y</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < scatter.points.size(); ++i) {
    const ScatterPoint& point = scatter.points[i];
    to +=
        fmt::format("<tr><th scope=\"row\">{}</th><td class=\"text\" dir=\"auto\">{}</td>", i + 1, escaped(point.text));
    if (labelled) to += fmt::format("<td class=\"text\" dir=\"auto\">{}</td>", escaped(label_of(scatter, point)));
    to += fmt::format("<td>{:.4g}</td><td>{:.4g}</td></tr>\n", point.x, point.y);
  }
  return "<details><summary>Table of the points</summary>\n" + scrolled(to + "</tbody>\n</table>", "points") +
         "</details>\n";
}

}  // namespace

std::string scatter_figure(const Scatter& scatter, const std::string& id) {
  const Window window(scatter.points);
  std::string to = fmt::format(
      "<figure><figcaption>{}<small>{}</small></figcaption>\n"
      "<svg class=\"scatter\" viewBox=\"0 0 {} {}\" tabindex=\"0\" role=\"application\" "
      "aria-roledescription=\"scatter plot\" aria-label=\"{}: {} points, arrow keys go from one to the next\" "
      "data-points=\"{}\">\n",
      escaped(scatter.title), escaped(scatter.note), side, side, escaped(scatter.title), scatter.points.size(), id);
  for (const ScatterPoint& point : scatter.points)
    to += fmt::format("{} data-label=\"{}\" transform=\"translate({:.1f} {:.1f}) scale({:.2f})\"/>\n",
                      drawn_shape(to_size(point.label)), point.label, side / 2 + window.x(point) * (side / 2 - margin),
                      side / 2 - window.y(point) * (side / 2 - margin), size_of(scatter));
  to += "<circle class=\"pointed\" r=\"14\" visibility=\"hidden\"/></svg>\n</figure>\n";
  return to + page_data(id.c_str(), told(scatter));
}

std::string scatter_legend(const std::vector<std::string>& labels) {
  if (labels.empty()) return {};
  std::string to = "<div class=\"legend\" role=\"group\" aria-label=\"labels\">\n";
  for (std::size_t label = 0; label < labels.size(); ++label)
    to += fmt::format(
        "<button type=\"button\" class=\"label\" aria-pressed=\"true\" data-label=\"{}\"><svg viewBox=\"-7 -7 14 14\" "
        "class=\"small\" aria-hidden=\"true\">{}/></svg><span dir=\"auto\">{}</span></button>\n",
        label, drawn_shape(label), escaped(labels[label]));
  return to + "</div>\n";
}

std::string scatter_text(const Scatter& scatter, int64_t columns) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const auto across = to_size(std::clamp<int64_t>(columns - 2, 20, 64)), down = across / 2;
  const Window window(scatter.points);
  std::vector<std::string> lines(down, std::string(across, ' '));
  for (const ScatterPoint& point : scatter.points) {
    const auto column = to_size((window.x(point) + 1) / 2 * static_cast<double>(across - 1) + 0.5);
    const auto line = to_size((1 - window.y(point)) / 2 * static_cast<double>(down - 1) + 0.5);
    lines[line][column] = scatter.labels.empty() ? 'o' : letters[to_size(point.label) % letters.size()];
  }
  std::string to;
  for (std::string& line : lines) to += line.erase(line.find_last_not_of(' ') + 1) + "\n";
  for (std::size_t label = 0; label < scatter.labels.size(); ++label)
    to += fmt::format("{}{} {}", label == 0 ? "" : "   ", letters[label % letters.size()],
                      printable(scatter.labels[label]));
  return scatter.labels.empty() ? to : to + "\n";
}

std::string scatter_page(const Scatter& scatter, const std::string& about) {
  std::string body = fmt::format("<h1 dir=\"auto\">{}</h1>\n<p>{}</p>\n", escaped(scatter.title), escaped(about));
  body += scatter_legend(scatter.labels);
  body += "<div class=\"one\">\n" + scatter_figure(scatter, "points") + "</div>\n" + points_table(scatter);
  return inside_page({.title = scatter.title, .body = body, .style = study_style, .script = scatter_script});
}

io::Json scatter_json(const Scatter& scatter) {
  io::Json points = io::Json::array();
  for (const ScatterPoint& point : scatter.points) {
    io::Json& to = points.push_back({{"text", point.text}, {"x", point.x}, {"y", point.y}});
    if (!scatter.labels.empty()) to["label"] = label_of(scatter, point);
  }
  return points;
}

}  // namespace bertlet::view
