#include "apps/bertlet/data/data_page.h"

#include <fmt/format.h>

#include <map>

#include "bert/io/files/lines.h"
#include "bert/view/markup.h"
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

std::string escaped_lines(const std::string& text) {
  std::string to;
  for (const std::string_view line : bertlet::io::split_lines(text)) to += view::escaped(line) + '\n';
  return to;
}

}  // namespace

std::string data_page(const bertlet::tasks::DataReport& report) {
  const std::string charts = view::histogram_figures({{.name = report.file, .histograms = histograms_of(report)}});
  return view::page(report.file,
                    fmt::format("<h1>{}</h1>\n<pre>{}</pre>\n<div class=\"charts\">\n{}</div>\n",
                                view::escaped(report.file), escaped_lines(text_of(report)), charts),
                    1);
}

}  // namespace apps
