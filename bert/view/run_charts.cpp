#include "bert/view/run_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "bert/view/line_chart.h"
#include "bert/view/markup.h"
#include "bert/view/measure.h"

namespace bertlet::view {

namespace {

using Runs = std::vector<RunHistory>;

std::vector<Point> points_of(const Series& series) {
  std::vector<Point> points;
  for (const auto& [step, value] : series) points.push_back({static_cast<double>(step), value});
  return points;
}

// Of a measure that was taken on held-out data too, training is only the background.
struct LineStyle {
  Stroke stroke;
  bool shows_best;
};

LineStyle style_of(Split split, bool is_held_out_too) {
  if (split == Split::held_out) return {Stroke::dotted, true};
  return {is_held_out_too ? Stroke::faint : Stroke::plain, !is_held_out_too};
}

Line line_of(const Series& series, const std::string& measure, const LineStyle& style) {
  Line line{.name = {}, .points = points_of(series), .stroke = style.stroke};
  if (const auto at = best(measure, series); at && style.shows_best)
    line.best = Point{static_cast<double>(at->step), at->value};
  return line;
}

std::vector<Line> lines_of(const Runs& runs, const std::string& measure) {
  const std::vector<std::string> names = short_names(runs);
  const bool is_held_out_too =
      std::ranges::any_of(runs, [&](const RunHistory& run) { return run.held_out.contains(measure); });
  std::vector<Line> lines;
  for (const Split split : both_splits)
    for (std::size_t i = 0; i < runs.size(); ++i)
      if (const Series* series = runs[i].find(split, measure)) {
        lines.push_back(line_of(*series, measure, style_of(split, is_held_out_too)));
        lines.back().run = i;
        lines.back().name = runs.size() == 1 ? split_name(split) : fmt::format("{}, {}", names[i], split_name(split));
      }
  return lines;
}

// What runs agree on is there once.
std::vector<Reference> references_of(const Runs& runs, const std::string& measure) {
  std::map<std::string, std::set<double>> values;
  for (const RunHistory& run : runs)
    if (const auto found = run.references.find(measure); found != run.references.end())
      for (const auto& [name, value] : found->second) values[name].insert(value);
  std::vector<Reference> references;
  for (const auto& [name, all] : values)
    for (const double value : all) references.push_back({name, value});
  return references;
}

std::string figure(const std::string& title, const std::string& note, const std::string& svg,
                   const std::string& classes) {
  return fmt::format("<figure class=\"{}\">\n<figcaption>{} <small>{}</small></figcaption>\n{}</figure>\n", classes,
                     escaped(title), escaped(note), svg);
}

}  // namespace

std::string line_figures(const Runs& runs) {
  std::string html;
  for (const std::string& measure : measures_of(runs)) {
    const LineChart chart{.title = title(measure),
                          .scale = scale(measure),
                          .lines = lines_of(runs, measure),
                          .references = references_of(runs, measure)};
    html += figure(chart.title, measure, svg_of(chart) + table_of(chart), "chart");
  }
  return html;
}

// What is the same in several runs is there once.
std::string histogram_figures(const Runs& runs) {
  const std::vector<std::string> names = short_names(runs);
  std::string html;
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (const auto& [name, histogram] : runs[i].histograms) {
      const auto same = [&name = name, &histogram = histogram](const RunHistory& run) {
        const auto found = run.histograms.find(name);
        return found != run.histograms.end() && found->second == histogram;
      };
      if (std::ranges::find_if(runs, same) - runs.begin() != static_cast<std::ptrdiff_t>(i)) continue;
      const bool in_all = std::ranges::all_of(runs, same);
      html += figure(title(name), in_all ? "" : names[i], svg_of(histogram) + table_of(histogram, title(name)),
                     in_all ? "" : fmt::format("of{}", i));
    }
  return html;
}

}  // namespace bertlet::view
