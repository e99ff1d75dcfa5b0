#include "bert/view/inside/layer_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bert/view/line_chart.h"
#include "bert/view/markup.h"
#include "core/real.h"

namespace bertlet::view {

namespace {

constexpr int64_t layer_width = 14, least_number_width = 9, bar_width = 24;

int64_t width_of(const LayerColumn& column) { return std::max(least_number_width, columns_of(column.name) + 2); }

// ████▌: a share of the bar, in eighths of a column.
std::string bar_of(double share) {
  static constexpr const char* eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int64_t parts = std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(bar_width * 8));
  std::string to;
  for (int64_t i = 0; i < parts / 8; ++i) to += "█";
  return to + eighths[to_size(parts % 8)];
}

bool is_most(const LayerColumn& column, std::size_t layer) {
  return column.drawn && column.marked && column.numbers[layer] == *std::ranges::max_element(column.numbers);
}

}  // namespace

std::string layer_name(std::size_t layer) { return layer == 0 ? "0 embeddings" : std::to_string(layer); }

std::string layer_text(const std::vector<LayerColumn>& columns, Colours colours) {
  std::string to = fitted("layer", layer_width);
  for (const LayerColumn& column : columns) to += right_fitted(column.name, width_of(column));
  for (std::size_t layer = 0; layer < columns[0].numbers.size(); ++layer) {
    to += "\n" + fitted(layer_name(layer), layer_width);
    for (const LayerColumn& column : columns) {
      const std::string number = fmt::format("{:{}.4f}", column.numbers[layer], width_of(column));
      to += is_most(column, layer) ? shaded(number, 0.6, colours) : number;
    }
    to += "  " + bar_of(columns[0].numbers[layer]);
  }
  return to + "\n";
}

std::string layer_chart(const std::vector<LayerColumn>& columns, const std::string& title, const std::string& reference,
                        double at) {
  LineChart chart{.title = title, .x_name = "layer"};
  std::string names;
  for (const LayerColumn& column : columns) {
    if (!column.drawn) continue;
    Line line{.name = column.name, .points = {}, .run = chart.lines.size(), .stroke = Stroke::dotted};
    for (std::size_t layer = 0; layer < column.numbers.size(); ++layer)
      line.points.push_back({static_cast<double>(layer), column.numbers[layer]});
    names += fmt::format(
        R"(<span class="key of{}"><svg viewBox="0 0 34 12" class="line dotted" aria-hidden="true"><path class="curve" )"
        R"(d="M1 6h32"/><circle class="dot" cx="17" cy="6" r="3"/></svg>{}</span>)",
        line.run, escaped(column.name));
    chart.lines.push_back(std::move(line));
  }
  if (!reference.empty()) chart.references.push_back({reference, at});
  return fmt::format(
      "<figure class=\"layers\"><figcaption>{}<span class=\"keys\">{}</span></figcaption>\n{}</figure>\n",
      escaped(title), names, svg_of(chart));
}

std::string layer_table(const std::vector<LayerColumn>& columns) {
  std::string to = "<table>\n<thead><tr><th scope=\"col\">layer</th>";
  for (const LayerColumn& column : columns) to += fmt::format("<th scope=\"col\">{}</th>", escaped(column.name));
  to += "</tr></thead>\n<tbody>\n";
  for (std::size_t layer = 0; layer < columns[0].numbers.size(); ++layer) {
    to += fmt::format("<tr><th scope=\"row\">{}</th>", layer_name(layer));
    for (const LayerColumn& column : columns)
      to += fmt::format("<td{}>{:.4f}</td>", is_most(column, layer) ? " class=\"winner\"" : "", column.numbers[layer]);
    to += "</tr>\n";
  }
  return scrolled(to + "</tbody>\n</table>", "numbers of each layer");
}

std::string scrolled(const std::string& table, const std::string& name) {
  return fmt::format("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</div>\n", escaped(name),
                     table);
}

}  // namespace bertlet::view
