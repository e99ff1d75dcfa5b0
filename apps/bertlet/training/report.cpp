#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "apps/bertlet/command.h"
#include "bert/io/files/file.h"
#include "bert/view/markup.h"
#include "bert/view/run_report.h"
#include "core/require.h"

namespace apps {

namespace {

namespace view = bertlet::view;

struct ReportOptions {
  CommonOptions common;
  std::vector<std::string> runs;
  std::string html;
  bool force = false;

  void visit(const options::Visitor& f);
};

void ReportOptions::visit(const options::Visitor& f) {
  f({"runs", &runs, "Directories of runs", {.type = "RUN", .needed = true, .by_place = true}});
  f({"html", &html, "A page of one file", {.type = "F"}});
  f({"force", &force, "Replace a page that is there"});
  common.visit(f);
}

constexpr const char* about_report =
    R"(Of each measure of a run the last value and the best, on the terminal; with --html curves and tables in one page that
needs nothing else. Several runs are put side by side. A run may still be going.

Example: bertlet report /tmp/run --html /tmp/run.html)";

int run_report(const ReportOptions& options) {
  bertlet::require(options.html.empty() || options.force || !std::filesystem::is_regular_file(options.html),
                   "{}: is there already, want --force to write over it", options.html);
  std::vector<view::RunHistory> runs;
  for (const std::string& directory : options.runs) runs.push_back(view::read_run(directory));
  if (!options.common.quiet)
    for (const view::RunHistory& run : runs)
      for (const std::string& warning : run.warnings)
        fmt::print(stderr, "bertlet report: warning: {}\n", view::printable(warning));
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
