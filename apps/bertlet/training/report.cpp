#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "apps/bertlet/command.h"
#include "bert/inside/head_importance.h"
#include "bert/io/files/file.h"
#include "bert/tasks/finetuning.h"
#include "bert/view/inside/head_study.h"
#include "bert/view/markup.h"
#include "bert/view/run_report.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace tasks = bertlet::tasks;
namespace view = bertlet::view;

struct ReportOptions {
  CommonOptions common;
  std::vector<std::string> runs;
  std::string html, data;
  bool heads = false, force = false;

  void visit(const options::Visitor& f);
};

void ReportOptions::visit(const options::Visitor& f) {
  f({"runs", &runs, "Directories of runs", {.type = "RUN", .needed = true, .by_place = true}});
  f({"html", &html, "A page of one file", {.type = "F"}});
  f({"data", &data, "Labelled examples: what the runs' best models take for what", {.type = "F"}});
  f({"heads", &heads, "--data: also how important each head is for them"});
  f({"force", &force, "Replace a page that is there"});
  common.visit(f);
}

constexpr const char* about_report =
    R"(Of each measure of a run the last value and the best, on the terminal; with --html curves and tables in one page that
needs nothing else. Several runs are put side by side. A run may still be going. With --data the best models of fine-tuned runs
are asked for the labels of a file: the page has a table of what is taken for what.

Example: bertlet report /tmp/run --html /tmp/run.html)";

// A row for each label that examples have, a column for each that the model says, where examples have one label each.
std::optional<view::HeatTable> confusion(const tasks::FineTuned& model, const tasks::Data& data) {
  const tasks::Outcome outcome = model.outcome(data);
  std::map<std::pair<std::string, std::string>, double> counts;
  std::set<std::string> labels;
  for (int64_t i = 0; i < data.size(); ++i) {
    const tasks::Record facts = model.task->verdict(data, i, outcome.outputs).facts;
    const auto* is = facts.is_object() ? facts.find("is") : nullptr;
    const auto* said = facts.is_object() ? facts.find("said") : nullptr;
    if (!is || !said || !is->is_string() || !said->is_string()) return {};
    ++counts[{is->string(), said->string()}];
    labels.insert({is->string(), said->string()});
  }
  constexpr std::size_t most_labels = 60;
  if (labels.empty() || labels.size() > most_labels) return {};
  view::HeatTable to{.caption = "What is taken for what",
                     .rows_are = "is",
                     .columns_are = "said",
                     .rows = {},
                     .columns = {},
                     .numbers = {}};
  to.rows.assign(labels.begin(), labels.end());
  to.columns = to.rows;
  for (const std::string& is : to.rows)
    for (const std::string& said : to.columns) to.numbers.push_back(counts[{is, said}]);
  return to;
}

view::HeatTable importance(const tasks::FineTuned& model, const tasks::Data& data, const std::string& directory) {
  view::HeadStudy study{.model = directory, .data = {}, .examples = data.size()};
  const bert::Config& config = model.network->config();
  for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer) study.heads.push_back(config.heads_of(layer));
  study.importance = bertlet::inside::head_importance(model, data);
  return importance_table(study);
}

void look_at(const std::string& directory, const ReportOptions& options, view::RunHistory& run) {
  const tasks::FineTuned model = tasks::read_fine_tuned(directory);
  const std::unique_ptr<tasks::Data> data = model.read(options.data, tasks::Use::measuring);
  bertlet::require(data->size() > 0 && data->examples.labelled, "{}: got no labelled examples, want some",
                   options.data);
  if (std::optional<view::HeatTable> table = confusion(model, *data)) run.tables.push_back(std::move(*table));
  if (options.heads) run.tables.push_back(importance(model, *data, directory));
}

int run_report(const ReportOptions& options) {
  if (options.data.empty() && options.heads) throw WrongUsage("--heads: want --data with it");
  if (!options.data.empty() && options.html.empty()) throw WrongUsage("--data: want --html with it");
  bertlet::require(options.html.empty() || options.force || !std::filesystem::is_regular_file(options.html),
                   "{}: is there already, want --force to write over it", options.html);
  std::vector<view::RunHistory> runs;
  options.common.apply();
  for (const std::string& directory : options.runs) {
    runs.push_back(view::read_run(directory));
    if (!options.data.empty()) look_at(directory, options, runs.back());
  }
  if (!options.common.quiet)
    for (const view::RunHistory& run : runs)
      for (const std::string& warning : run.warnings)
        bertlet::say(fmt::format("bertlet report: warning: {}", view::printable(warning)));
  if (!options.html.empty()) bertlet::io::write_file(options.html, view::report_page(runs));
  if (options.common.json)
    fmt::print("{}\n", view::report_json(runs).dump());
  else if (options.html.empty())
    fmt::print("{}", view::report_text(runs));
  else if (!options.common.quiet)
    fmt::print("{} is written\n", options.html);
  return 0;
}

}  // namespace

void add_report(const Command& program) {
  const auto options = std::make_shared<ReportOptions>();
  Command command = program.add("report", "Curves and tables of runs", about_report);
  command.options(*options);
  command.runs([options] { return run_report(*options); });
}

}  // namespace apps
