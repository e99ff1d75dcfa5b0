#include "apps/bertlet/data/data_page.h"

#include <fmt/format.h>

#include <map>

#include "bert/view/markup.h"
#include "bert/view/numbers.h"
#include "bert/view/page.h"
#include "bert/view/run_charts.h"

namespace apps {

namespace {

namespace view = bertlet::view;

std::map<std::string, view::Histogram> histograms_of(const bertlet::tasks::DataReport& report) {
  std::map<std::string, view::Histogram> to;
  const auto number = [](int64_t value) { return static_cast<double>(value); };
  const int64_t width = report.lengths.size() > 1 ? report.lengths[1].least : 1;
  for (const auto& [least, count] : report.lengths)
    to["length in tokens"].bins.push_back({number(least), number(least + width), number(count)});
  for (const auto& [label, count] : report.labels)
    if (to["labels"].bars.size() < bertlet::tasks::labels_shown) to["labels"].bars.push_back({label, number(count)});
  return to;
}

std::string facts(const bertlet::tasks::DataReport& report) {
  const auto count = [](int64_t number) { return view::count_text(static_cast<double>(number)); };
  const auto share = [](double of_1) { return fmt::format("{:.1f} %", 100 * of_1); };
  std::vector<std::pair<const char*, std::string>> all{
      {"Rows", count(report.rows)},
      {"Empty", count(report.empty)},
      {"Unreadable", count(report.unreadable)},
      {"Tokens, median", count(report.median)},
      {"95 % have at most", count(report.long_one)},
      {"Longest", count(report.longest)},
      {"Cut off at", fmt::format("{}: {}", report.max_length, share(report.share(report.truncated)))},
      {"Unknown tokens", share(report.unknown_rate())},
      {"Duplicates", count(report.duplicates)},
      {"Duplicates with another label", count(report.contradictions)}};
  if (report.in_train) all.emplace_back("Also in the training file", count(*report.in_train));
  if (!report.labels.empty()) all.emplace_back("Most frequent label", share(report.majority()));
  if (report.numbers)
    all.emplace_back("Labels", fmt::format("{:.4g} to {:.4g}, mean {:.4g}", report.numbers->least,
                                           report.numbers->largest, report.numbers->mean));
  std::string html = "<dl class=\"facts\">\n";
  for (const auto& [name, value] : all) html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  return html + "</dl>\n";
}

std::string warnings(const bertlet::tasks::DataReport& report) {
  std::string html;
  for (const std::string& warning : report.warnings()) html += "<li>" + view::escaped(warning) + "</li>\n";
  return html.empty() ? html : "<ul class=\"warnings\">\n" + html + "</ul>\n";
}

std::string repeated(const bertlet::tasks::DataReport& report) {
  if (report.most_repeated.empty()) return {};
  std::string rows =
      "<thead><tr><th scope=\"col\" class=\"text\">text</th><th scope=\"col\">times</th><th scope=\"col\">first in "
      "lines</th></tr></thead>\n<tbody>\n";
  for (const bertlet::tasks::Repeated& each : report.most_repeated)
    rows += fmt::format("<tr><td class=\"text\" dir=\"auto\">{}</td><td>{}</td><td>{}</td></tr>\n",
                        view::escaped(each.text), each.count, fmt::join(each.lines, ", "));
  return "<h2>Texts that stand there several times</h2>\n" + view::boxed_table("Repeated texts", rows + "</tbody>\n");
}

}  // namespace

std::string data_page(const bertlet::tasks::DataReport& report) {
  const std::string charts = view::histogram_figures({{.name = report.file, .histograms = histograms_of(report)}});
  const std::string body =
      fmt::format("<h1>{}</h1>\n<p>{}</p>\n{}{}<h2>Lengths and labels</h2>\n<div class=\"charts\">\n{}</div>\n{}",
                  view::escaped(report.file), view::escaped(report.form), facts(report), warnings(report), charts,
                  repeated(report));
  return view::page(report.file, body, 1);
}

}  // namespace apps
