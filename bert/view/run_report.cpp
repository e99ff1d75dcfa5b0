#include "bert/view/run_report.h"

#include <fmt/format.h>

#include <cmath>

#include "bert/view/markup.h"
#include "bert/view/measure.h"
#include "bert/view/numbers.h"
#include "bert/view/page.h"
#include "bert/view/run_charts.h"
#include "bert/view/run_tables.h"

namespace bertlet::view {

namespace {

using Runs = std::vector<RunHistory>;

// --- the page --------------------------------------------------------------------------------------------------------

std::string swatch(std::size_t run) {
  return fmt::format(
      R"(<svg viewBox="0 0 34 12" class="line plain of{}" aria-hidden="true"><path class="curve" d="M1 6h32"/></svg>)",
      run);
}

constexpr const char* keys = R"(<div class="keys">
<span class="key"><svg viewBox="0 0 34 12" class="line faint" aria-hidden="true"><path class="curve" d="M1 6h32"/></svg>training</span>
<span class="key"><svg viewBox="0 0 34 12" class="line dotted" aria-hidden="true"><path class="curve" d="M1 6h32"/><circle class="dot" cx="17" cy="6" r="3"/></svg>held out</span>
<span class="key"><svg viewBox="0 0 12 12" class="small" aria-hidden="true"><circle class="best" cx="6" cy="6" r="4.5"/></svg>best</span>
</div>
)";

constexpr const char* about_charts =
    "<p class=\"onscreen\">Point at a chart for its numbers; drag over it to see a part of all charts large, double "
    "click "
    "to see all again. With keys: ← → + − 0.</p>\n";

std::string legend(const Runs& runs) {
  const std::vector<std::string> names = short_names(runs);
  std::string html = "<div class=\"legend\">\n<h2>Curves</h2>\n";
  for (std::size_t i = 0; i < runs.size() && runs.size() > 1; ++i)
    html += fmt::format("<label><input type=\"checkbox\" id=\"show{}\" checked>{}{}</label>\n", i, swatch(i),
                        escaped(names[i]));
  return html + keys + "</div>\n" + about_charts;
}

std::string warnings(const Runs& runs) {
  std::string html;
  for (const RunHistory& run : runs)
    for (const std::string& warning : run.warnings) html += "<li>" + escaped(warning) + "</li>\n";
  return html.empty() ? html : "<ul class=\"warnings\">\n" + html + "</ul>\n";
}

std::string section(const char* title, const std::string& content) {
  return content.empty() ? content : fmt::format("<h2>{}</h2>\n{}", title, content);
}

std::string charts(const std::string& figures) {
  return figures.empty() ? figures : "<div class=\"charts\">\n" + figures + "</div>\n";
}

std::string page_title(const Runs& runs) {
  return runs.size() == 1 ? short_names(runs)[0] : fmt::format("{} runs", runs.size());
}

// --- the text and JSON -----------------------------------------------------------------------------------------------

std::string text_of(const RunHistory& run) {
  std::string text =
      fmt::format("{}: {} steps, {} tokens in {}\n", printable(run.name), count_text(static_cast<double>(run.steps())),
                  count_text(run.tokens), duration_text(run.seconds));
  text += fmt::format("{:<28} {:<8}  {:>9} {:>9}  {}\n", "measure", "", "last", "best", "at step");
  for (const std::string& measure : measures_of({run}))
    for (const Split split : both_splits) {
      const Series* series = run.find(split, measure);
      if (!series) continue;
      const auto at = best(measure, *series);
      text += fmt::format("{:<28} {:<8}  {:>9} {:>9}  {}\n", printable(measure), split_name(split),
                          number_text(series->rbegin()->second), at ? number_text(at->value) : "",
                          at ? std::to_string(at->step) : "");
    }
  return text;
}

io::Json json_of(const std::string& measure, const Series& series) {
  const auto [step, value] = *series.rbegin();
  io::Json json{{"last", value}, {"last_step", step}};  // NaN is written as null
  if (const auto at = best(measure, series)) {
    json["best"] = at->value;
    json["best_step"] = at->step;
  }
  return json;
}

io::Json json_of(const Measured& measured) {
  io::Json json = io::Json::object();
  for (const auto& [measure, series] : measured) json[measure] = json_of(measure, series);
  return json;
}

io::Json json_of(const RunHistory& run) {
  io::Json json{{"run", printable(run.name)}, {"steps", run.steps()}, {"tokens", run.tokens}, {"seconds", run.seconds}};
  json["warnings"] = io::Json::array();
  for (const std::string& warning : run.warnings) json["warnings"].push_back(printable(warning));
  json["training"] = json_of(run.training);
  json["held_out"] = json_of(run.held_out);
  return json;
}

}  // namespace

std::string report_page(const Runs& runs) {
  std::string body = fmt::format("<h1>{}</h1>\n", escaped(page_title(runs)));
  if (runs.size() == 1) body += fmt::format("<p class=\"code\">{}</p>\n", escaped(runs[0].name));
  body += warnings(runs);
  if (runs.size() == 1) body += totals_table(runs);
  const std::string lines = line_figures(runs);
  body += lines.empty() ? "<p>Nothing has been measured yet.</p>\n" : legend(runs) + charts(lines);
  if (!lines.empty()) body += section("Last and best", measures_table(runs));
  if (runs.size() > 1) body += section("Totals", totals_table(runs));
  body += section("On labelled examples", charts(heat_tables(runs)));
  body += section("Data", charts(histogram_figures(runs)));
  body += section(runs.size() == 1 ? "Options" : "Options that differ", options_table(runs));
  return page(page_title(runs), body, runs.size());
}

std::string report_text(const Runs& runs) {
  std::string text;
  for (const RunHistory& run : runs) text += (text.empty() ? "" : "\n") + text_of(run);
  return text;
}

io::Json report_json(const Runs& runs) {
  io::Json json;
  json["runs"] = io::Json::array();
  for (const RunHistory& run : runs) json["runs"].push_back(json_of(run));
  return json;
}

}  // namespace bertlet::view
