#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "bert/view/inside/head_study.h"
#include "bert/view/line_chart.h"
#include "bert/view/markup.h"
#include "bert/view/measure.h"
#include "bert/view/numbers.h"
#include "bert/view/page.h"

namespace bertlet::view {

using inside::Head;

namespace {

// --- importance ------------------------------------------------------------------------------------------------------

int64_t most_heads(const HeadStudy& study) {
  int64_t most = 0;
  for (const std::vector<int64_t>& heads : study.heads)
    if (!heads.empty()) most = std::max(most, heads.back() + 1);
  return most;
}

bool is_gone(const HeadStudy& study, int64_t layer, int64_t head) {
  return std::ranges::any_of(study.gone, [&](const Head& each) { return each.layer == layer && each.head == head; });
}

std::string in_order(const HeadStudy& study) {
  if (study.order.empty()) return {};
  std::string html = "<p>The least important first: <span class=\"code\">";
  for (const Head& head : study.order) html += head_name(head) + " ";
  return html + "</span></p>\n";
}

std::string importance(const HeadStudy& study) {
  if (!study.importance) return {};
  return fmt::format(
             "<h2>Importance of heads</h2>\n<p>Of each head the mean of |∂L/∂ξ| over {} examples: ξ multiplies what "
             "the head sees, and is 1; L is the loss.{} It says what a first bit less of the head would change, not "
             "what "
             "is lost without it.{}</p>\n",
             study.examples, study.normalised ? " Each layer is brought to length 1." : "",
             study.gone.empty() ? "" : " Heads in a frame are those that were taken away.") +
         html_of(importance_table(study)) + in_order(study);
}

std::string without(const HeadStudy& study) {
  if (study.gone.empty() || study.importance) return {};
  HeatTable table = importance_table(study);
  table.caption = "Heads that were taken away";
  return "<h2>Heads that were taken away</h2>\n" + html_of(table);
}

// --- before and after ------------------------------------------------------------------------------------------------

std::string measure_row(const std::string& name, const std::vector<std::string>& cells) {
  std::string html = "<tr><th scope=\"row\">" + escaped(name) + "</th>";
  for (const std::string& cell : cells) html += "<td>" + cell + "</td>";
  return html + "</tr>\n";
}

std::string measured(const HeadStudy& study) {
  if (study.measured.empty()) return {};
  std::string html = "<thead><tr><th scope=\"col\">measure</th>";
  for (const HeadStudy::Measured& each : study.measured) html += "<th scope=\"col\">" + escaped(each.name) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  const auto add = [&](const std::string& name, const auto& text) {
    std::vector<std::string> cells;
    for (const HeadStudy::Measured& each : study.measured) cells.push_back(text(each));
    html += measure_row(name, cells);
  };
  for (std::size_t i = 0; i < study.measured[0].measures.size(); ++i)
    add(title(study.measured[0].measures[i].name),
        [i](const HeadStudy::Measured& each) { return fmt::format("{:.4f}", each.measures[i].value); });
  add("Seconds", [](const HeadStudy::Measured& each) { return fmt::format("{:.3f}", each.seconds); });
  add("Parameters", [](const HeadStudy::Measured& each) { return count_text(static_cast<double>(each.parameters)); });
  return fmt::format(
             "<h2>Before and after</h2>\n<p>{} of {} heads are gone. Masking multiplies them by 0, which measures the "
             "same "
             "as pruning them and takes no less time; pruning makes the model smaller and faster.</p>\n",
             study.gone.size(), static_cast<std::size_t>(most_heads(study)) * study.heads.size()) +
         boxed_table("Before and after", html + "</tbody>\n");
}

// --- the curve -------------------------------------------------------------------------------------------------------

LineChart chart_of(const HeadStudy& study, std::size_t i) {
  const std::string& name = study.curve[0].measures[i].name;
  Line line{.name = name, .points = {}, .stroke = Stroke::dotted};
  for (const inside::CurvePoint& point : study.curve)
    line.points.push_back({static_cast<double>(point.gone), point.measures[i].value});
  const double whole = study.curve[0].measures[i].value;
  return {.title = title(name), .x_name = "heads masked", .lines = {line}, .references = {{"all heads", whole}}};
}

std::string curve(const HeadStudy& study) {
  if (study.curve.empty()) return {};
  std::string html =
      "<h2>With fewer and fewer heads</h2>\n<p>The least important go first; in each layer one stays. The order is by "
      "importance with all heads there, and is not measured anew.</p>\n<div class=\"charts\">\n";
  for (std::size_t i = 0; i < study.curve[0].measures.size(); ++i) {
    const LineChart chart = chart_of(study, i);
    html += fmt::format("<figure class=\"chart\">\n<figcaption>{}</figcaption>\n{}</figure>\n", escaped(chart.title),
                        svg_of(chart) + table_of(chart));
  }
  return html + "</div>\n";
}

}  // namespace

HeatTable importance_table(const HeadStudy& study) {
  HeatTable table{.caption = "Importance of heads",
                  .rows_are = "layer",
                  .columns_are = "head",
                  .rows = {},
                  .columns = {},
                  .numbers = {}};
  for (int64_t head = 0; head < most_heads(study); ++head) table.columns.push_back(std::to_string(head));
  for (int64_t layer = 0; layer < std::ssize(study.heads); ++layer) {
    table.rows.push_back(std::to_string(layer));
    for (int64_t head = 0; head < most_heads(study); ++head) {
      const bool is_there = std::ranges::binary_search(study.heads[to_size(layer)], head);
      const double number = study.importance ? study.importance->at({layer, head}) : 0;
      table.numbers.push_back(is_there ? number : std::numeric_limits<double>::quiet_NaN());
      table.texts.push_back(study.importance ? fmt::format("{:.4f}", number) : head_name({layer, head}));
      table.marked.push_back(is_gone(study, layer, head));
    }
  }
  return table;
}

std::string heads_page(const HeadStudy& study) {
  std::string body =
      fmt::format("<h1>Heads of {}</h1>\n<p class=\"code\">on {}</p>\n", escaped(study.model), escaped(study.data));
  body += measured(study) + curve(study) + importance(study) + without(study);
  return page("Heads of " + study.model, body, 1);
}

}  // namespace bertlet::view
