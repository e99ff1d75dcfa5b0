#include "bert/tasks/data_report.h"

#include <fmt/format.h>

#include "apps/bertlet/data.h"
#include "apps/bertlet/tokenizer_options.h"

namespace apps {

namespace {

struct Options {
  CommonOptions common;
  TokenizerChoice tokenizer;
  DataChoice data;
  std::string file, train;
  tasks::DataReportOptions report;
};

constexpr const char* about =
    R"(Rows, labels, how long texts are and what --max-length would do, unknown tokens, duplicates. With --train also how
many rows stand in the training file, too.

Example: bertlet sample-data classify --out /tmp/data --force; printf '[UNK]\n[CLS]\n[SEP]\nthe\n' >/tmp/vocab.txt; bertlet data report /tmp/data/dev.tsv --train /tmp/data/train.tsv --vocab /tmp/vocab.txt)";

int run(const Options& options) {
  const auto tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  tasks::ExampleOptions reading = example_options(options.data);
  reading.table.bad_rows = tasks::BadRows::collected;
  const tasks::Examples examples = tasks::read_examples(options.file, reading);
  tasks::DataReport report = tasks::data_report(examples, tokenizer, options.report);
  if (!options.train.empty()) report.in_train = tasks::leaked(tasks::read_examples(options.train, reading), examples);
  if (options.common.json)
    fmt::print("{}\n", json_of(report).dump());
  else
    fmt::print("{}", text_of(report));
  return 0;
}

}  // namespace

void add_data_report(const Command& data) {
  const auto options = std::make_shared<Options>();
  Command command = data.add("report", "What is in labelled data", about);
  command.text("file", "F", options->file, "TSV, CSV, JSON or JSON lines", Needed::yes);
  add_tokenizer_options(command, options->tokenizer);
  add_data_options(command, options->data);
  command.text("--train", "F", options->train, "The training file of these data");
  command.flag("--multilabel", options->report.multilabel, "A row has several labels, between commas or as a list");
  command.number("--max-length", options->report.max_length, "Of what a model is given, in tokens", {3, 1 << 20});
  command.common(options->common);
  command.runs([options] { return run(*options); });
}

}  // namespace apps
