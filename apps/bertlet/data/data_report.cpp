#include <fmt/format.h>

#include <filesystem>

#include "apps/bertlet/data/data.h"
#include "apps/bertlet/data/data_page.h"
#include "apps/bertlet/text/tokenizer_options.h"
#include "bert/io/files/file.h"
#include "bert/tasks/task.h"
#include "core/require.h"

namespace apps {

namespace {

struct DataReportOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  tasks::ColumnChoice columns;
  std::string file, train, html, task = tasks::task_names().front();
  int64_t max_length = 512;
  bool force = false;
};

constexpr const char* about_data_report =
    R"(Rows, labels, how long texts are and what --max-length would do, unknown tokens, duplicates. With --train also how
many rows stand in the training file, too; with --html also a page with histograms. `bertlet finetune` says this of its training file by itself.

Example: bertlet sample-data classify --out /tmp/data --force; printf '[UNK]\n[CLS]\n[SEP]\nthe\n' >/tmp/vocab.txt; bertlet data report /tmp/data/dev.tsv --train /tmp/data/train.tsv --vocab /tmp/vocab.txt)";

tasks::DataReport report_of(const DataReportOptions& options) {
  const auto tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  const std::unique_ptr<tasks::Task> task = tasks::make_task(options.task);
  const auto read = [&](const std::string& file) {
    return tasks::read_examples(file, {.content = task->content(),
                                       .label = tasks::LabelColumn::if_there,
                                       .columns = options.columns,
                                       .bad_rows = tasks::BadRows::collected});
  };
  const tasks::Examples examples = read(options.file);
  tasks::DataReportOptions how = report_options(*task, tokenizer);
  how.max_length = options.max_length;
  tasks::DataReport report = data_report(examples, tokenizer, how);
  if (!options.train.empty()) report.in_train = tasks::leaked(read(options.train), examples);
  return report;
}

void check_page(const DataReportOptions& options) {
  bertlet::require(options.force || !std::filesystem::exists(options.html),
                   "{}: is there already, want --force to write over it", options.html);
  std::error_code error;
  for (const std::string& file : {options.file, options.train})
    bertlet::require(!std::filesystem::equivalent(file, options.html, error), "{}: is an input, want another name",
                     options.html);
}

int run_data_report(const DataReportOptions& options) {
  if (!options.html.empty()) check_page(options);
  const tasks::DataReport report = report_of(options);
  if (!options.html.empty()) bertlet::io::write_file(options.html, data_page(report));
  if (options.common.json)
    fmt::print("{}\n", json_of(report).dump());
  else
    fmt::print("{}", text_of(report));
  return 0;
}

}  // namespace

void add_data_report(const Command& data) {
  const auto options = std::make_shared<DataReportOptions>();
  Command command = data.add("report", "What is in labelled data", about_data_report);
  command.text("file", "F", options->file, "Data of a task", Needed::yes);
  command.one_of("--task", "TASK", options->task, tasks::task_names(), "Which one");
  add_tokenizer_options(command, options->tokenizer);
  add_column_options(command, options->columns);
  command.text("--train", "F", options->train, "The training file of these data");
  command.text("--html", "F", options->html, "Also a page with histograms");
  command.flag("--force", options->force, "Write over a page that is there");
  command.number("--max-length", options->max_length, "Of what a model is given, in tokens", {3, 1 << 20});
  command.common(options->common);
  command.runs([options] { return run_data_report(*options); });
}

}  // namespace apps
