#include <fmt/format.h>

#include "apps/bertlet/data/data.h"
#include "apps/bertlet/text/tokenizer_options.h"
#include "bert/tasks/recipes.h"

namespace apps {

namespace {

struct DataReportOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  tasks::Setup setup;
  std::string file, train;
  std::int64_t max_length = 512;
};

constexpr const char* about_data_report =
    R"(Rows, labels, how long texts are and what --max-length would do, unknown tokens, duplicates. With --train also how
many rows stand in the training file, too. `bertlet finetune` says this of its training file by itself.

Example: bertlet sample-data classify --out /tmp/data --force; printf '[UNK]\n[CLS]\n[SEP]\nthe\n' >/tmp/vocab.txt; bertlet data report /tmp/data/dev.tsv --train /tmp/data/train.tsv --vocab /tmp/vocab.txt)";

int run_data_report(const DataReportOptions& options) {
  const auto tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  const tasks::Recipe& recipe = tasks::recipe_named(options.setup.task);
  const auto read = [&](const std::string& file) {
    return recipe.examples(file, options.setup, tasks::BadRows::collected);
  };
  const tasks::Examples examples = read(options.file);
  tasks::DataReportOptions how = report_options(options.setup, tokenizer);
  how.max_length = options.max_length;
  tasks::DataReport report = data_report(examples, tokenizer, how);
  if (!options.train.empty()) report.in_train = tasks::leaked(read(options.train), examples);
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
  command.one_of("--task", "TASK", options->setup.task, tasks::recipe_names(), "Which one");
  add_tokenizer_options(command, options->tokenizer);
  add_column_options(command, options->setup.data.columns);
  command.text("--train", "F", options->train, "The training file of these data");
  command.number("--max-length", options->max_length, "Of what a model is given, in tokens", {3, 1 << 20});
  command.common(options->common);
  command.runs([options] { return run_data_report(*options); });
}

}  // namespace apps
