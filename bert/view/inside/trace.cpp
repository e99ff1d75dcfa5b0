#include "bert/view/inside/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "bert/io/json/document.h"
#include "bert/view/inside/inside_page.h"
#include "bert/view/markup.h"
#include "bert/view/numbers.h"
#include "bert/view/terminal.h"
#include "core/names.h"
#include "core/real.h"

namespace bertlet::view {

using inside::Statistics;
using inside::statistics_of;
using inside::Step;
using inside::TracedText;

namespace {

constexpr std::string_view layer_prefix = "encoder.layer.";
constexpr int64_t step_width = 34, formula_width = 26, shape_width = 14, number_width = 9;
constexpr int64_t excerpt_rows = 3, excerpt_columns = 3;

// To which box a step belongs: embeddings, encoder.layer.3, pooler, head.
std::string box_of(const Step& step) {
  if (step.name.starts_with(layer_prefix)) return step.name.substr(0, step.name.find('.', layer_prefix.size()));
  const std::string first = step.name.substr(0, step.name.find('.'));
  return first == "embeddings" || first == "pooler" ? first : "head";
}

// For people: Embeddings, Layer 3, Pooler, Head.
std::string title_of(const std::string& box) {
  if (box.starts_with(layer_prefix)) return "Layer " + box.substr(layer_prefix.size());
  if (box == "embeddings") return "Embeddings";
  return box == "pooler" ? "Pooler" : "Head";
}

std::string short_name(const Step& step) {
  const std::string box = box_of(step);
  return step.name.starts_with(box + ".") ? step.name.substr(box.size() + 1) : step.name;
}

bool is_wanted(const Step& step, const std::optional<int64_t>& layer) {
  return !layer || box_of(step) == fmt::format("{}{}", layer_prefix, *layer);
}

std::string shape_text(const Array& array) {
  std::string to;
  for (const int64_t length : array.shape()) to += fmt::format("{}{}", to.empty() ? "" : " × ", length);
  return to;
}

double gradient_norm(const Step& step) { return statistics_of(step.gradient).norm; }

// A few of the first rows' first numbers; of [A, N, N] the first head's.
std::vector<std::vector<double>> excerpt(const Array& array) {
  const int64_t columns = array.shape()[-1], rows = array.shape().rank() > 1 ? array.shape()[-2] : 1;
  std::vector<std::vector<double>> to;
  for (int64_t row = 0; row < std::min(rows, excerpt_rows); ++row) {
    to.emplace_back();
    for (int64_t i = 0; i < std::min(columns, excerpt_columns); ++i)
      to.back().push_back(static_cast<double>(array[row * columns + i]));
  }
  return to;
}

std::string row_text(const std::vector<double>& row) {
  std::string to;
  for (const double number : row) to += fmt::format("{:>9.4f}", number);
  return to + " …";
}

std::string heading(bool with_gradient) {
  std::string to = fmt::format("{:<{}}{:<{}}{:<{}}", "", step_width, "", formula_width, "shape", shape_width);
  for (const char* name : {"mean", "sd", "least", "most", "norm"}) to += fmt::format("{:>{}}", name, number_width);
  return to + (with_gradient ? "   gradient" : "") + "  first numbers\n";
}

std::string line(const Step& step, bool with_gradient) {
  const Statistics all = statistics_of(step.value);
  std::string to = "  " + fitted(short_name(step), step_width - 3) + " " + fitted(step.formula, formula_width - 1) +
                   " " + fitted(shape_text(step.value), shape_width);
  for (const double number : {all.mean, all.deviation, all.least, all.most, all.norm})
    to += right_fitted(number_text(number), number_width);
  if (with_gradient) to += right_fitted(number_text(gradient_norm(step)), 11);
  return to;
}

}  // namespace

std::string trace_text(const TracedText& traced, const TraceForm& form) {
  const bool with_gradient = traced.trace.steps.front().gradient.size() > 0;
  std::string to = fmt::format("{} tokens: {}\n", traced.tokens.size(), printable(joined(traced.tokens, " ")));
  to += heading(with_gradient);
  std::string box;
  for (const Step& step : traced.trace.steps) {
    if (!is_wanted(step, form.layer)) continue;
    if (box_of(step) != box) to += (box = box_of(step)) + "\n";
    const std::vector<std::vector<double>> rows = excerpt(step.value);
    const std::string begin = line(step, with_gradient);
    if (form.layer)
      for (std::size_t i = 0; i < rows.size(); ++i)
        to += (i == 0 ? begin : std::string(to_size(columns_of(begin)), ' ')) + row_text(rows[i]) + "\n";
    else
      to += begin + row_text(rows[0]) + "\n";
  }
  if (with_gradient) to += fmt::format("the way back begins at {:.4f}\n", traced.trace.target);
  for (const TracedText::Saying& saying : traced.sayings) {
    to += "\n" + printable(saying.of) + ":";
    for (const auto& [name, share] : saying.likeliest) to += fmt::format("  {} {:.4f}", printable(name), share);
  }
  return to + (traced.sayings.empty() ? "" : "\n");
}

io::Json trace_json(const TracedText& traced, const TraceForm& form) {
  const bool with_gradient = traced.trace.steps.front().gradient.size() > 0;
  io::Json json{{"tokens", traced.tokens}};
  json["steps"] = io::Json::array();
  for (const Step& step : traced.trace.steps) {
    if (!is_wanted(step, form.layer)) continue;
    const Statistics all = statistics_of(step.value);
    io::Json one{{"name", step.name}, {"formula", step.formula}, {"axes", step.axes}, {"file", step.file}};
    one["shape"] = std::vector<int64_t>(step.value.shape().begin(), step.value.shape().end());
    one["mean"] = all.mean;
    one["sd"] = all.deviation;
    one["min"] = all.least;
    one["max"] = all.most;
    one["norm"] = all.norm;
    one["excerpt"] = io::Json::array();
    for (const std::vector<double>& row : excerpt(step.value)) one["excerpt"].push_back(row);
    if (with_gradient) one["gradient_norm"] = gradient_norm(step);
    json["steps"].push_back(std::move(one));
  }
  if (with_gradient) json["target"] = traced.trace.target;
  json["predictions"] = io::Json::array();
  for (const TracedText::Saying& saying : traced.sayings) {
    io::Json likeliest = io::Json::array();
    for (const auto& [name, share] : saying.likeliest) likeliest.push_back({{"label", name}, {"score", share}});
    json["predictions"].push_back({{"of", saying.of}, {"likeliest", std::move(likeliest)}});
  }
  return json;
}

// --- page ------------------------------------------------------------------------------------------------------------

extern const char* const trace_style;  // trace.css

namespace {

using Steps = std::vector<const Step*>;

// Steps by what they have in common, in order.
template <class Key>
std::vector<std::pair<std::string, Steps>> grouped(const Steps& steps, const Key& key) {
  std::vector<std::pair<std::string, Steps>> to;
  for (const Step* step : steps) {
    const std::string name = key(*step);
    if (to.empty() || to.back().first != name) to.emplace_back(name, Steps());
    to.back().second.push_back(step);
  }
  return to;
}

// The paper's boxes inside a layer.
std::string part_of(const Step& step) {
  const std::string name = short_name(step);
  if (name.starts_with("attention.self") || name == "attention.output.dense") return "Multi-head attention";
  if (name.ends_with("output.sum") || name.ends_with("output.LayerNorm")) return "Add & norm";
  if (name.starts_with("intermediate") || name == "output.dense") return "Feed-forward";
  return title_of(box_of(step));
}

std::string figure(const std::vector<std::pair<std::string, Steps>>& boxes) {
  std::string to = "<nav class=\"figure\" aria-label=\"The model\">\n<p>words</p>\n";
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Step& last = *boxes[i].second.back();
    to += fmt::format("<a href=\"#box{}\">{}<small>{}, norm {}</small></a>\n", i, title_of(boxes[i].first),
                      shape_text(last.value), number_text(statistics_of(last.value).norm));
  }
  return to + "<p>what it says</p>\n</nav>\n";
}

std::string cells(const Step& step, bool with_gradient) {
  const Statistics all = statistics_of(step.value);
  std::string to = fmt::format("<tr><th scope=\"row\"><code>{}</code></th><td class=\"formula\">{}</td><td>{}</td>",
                               short_name(step), escaped(step.formula), shape_text(step.value));
  for (const double number : {all.mean, all.deviation, all.least, all.most, all.norm})
    to += "<td>" + number_text(number) + "</td>";
  if (with_gradient) to += "<td>" + number_text(gradient_norm(step)) + "</td>";
  to += "<td><pre>";
  for (const std::vector<double>& row : excerpt(step.value)) to += row_text(row) + "\n";
  return to + "</pre></td></tr>\n";
}

std::string part(const std::string& name, const Steps& steps, bool with_gradient) {
  std::string to = fmt::format("<div class=\"part\">\n<h3>{} <code>{}</code></h3>\n", escaped(name), steps[0]->file);
  to += fmt::format("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{}: {}\"><table>\n<thead><tr>",
                    escaped(name), escaped(steps[0]->name));
  for (const char* column : {"tensor", "formula", "shape", "mean", "sd", "least", "most", "norm"})
    to += fmt::format("<th>{}</th>", column);
  to += fmt::format("{}<th>first numbers</th></tr></thead>\n<tbody>\n", with_gradient ? "<th>gradient</th>" : "");
  for (const Step* step : steps) to += cells(*step, with_gradient);
  return to + "</tbody>\n</table></div>\n</div>\n";
}

std::string says(const TracedText& traced) {
  if (traced.sayings.empty()) return {};
  std::string to =
      "<h2>What it says</h2>\n<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"What it "
      "says\"><table>\n<tbody>\n";
  for (const TracedText::Saying& saying : traced.sayings) {
    to += fmt::format("<tr><th scope=\"row\">{}</th>", escaped(saying.of));
    for (const auto& [name, share] : saying.likeliest)
      to += fmt::format("<td class=\"text\">{} <small>{:.4f}</small></td>", escaped(name), share);
    to += "</tr>\n";
  }
  return to + "</tbody>\n</table></div>\n";
}

}  // namespace

std::string trace_page(const TracedText& traced, const std::string& title) {
  const bool with_gradient = traced.trace.steps.front().gradient.size() > 0;
  Steps all;
  for (const Step& step : traced.trace.steps) all.push_back(&step);
  const auto boxes = grouped(all, box_of);
  std::string body =
      fmt::format("<h1 dir=\"auto\">{}</h1>\n<p dir=\"auto\">{}</p>\n", escaped(title),
                  escaped(fmt::format("{} tokens: {}", traced.tokens.size(), joined(traced.tokens, " "))));
  body += "<p>N tokens, H hidden, A heads of size D, F feed-forward, V words. Click a box of the model.</p>\n";
  body += "<div class=\"trace\">\n" + figure(boxes) + "<div>\n";
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    body += fmt::format("<section class=\"box{}\" id=\"box{}\">\n<h2>{}</h2>\n", i == 0 ? " first" : "", i,
                        title_of(boxes[i].first));
    for (const auto& [name, steps] : grouped(boxes[i].second, part_of)) body += part(name, steps, with_gradient);
    body += "</section>\n";
  }
  body += "</div>\n</div>\n" + says(traced);
  return inside_page({.title = title, .body = body, .style = trace_style});
}

}  // namespace bertlet::view
