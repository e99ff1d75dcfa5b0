#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "apps/bertlet/finetuning/evaluation.h"
#include "apps/bertlet/progress.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/tasks/records_file.h"
#include "bert/text/unicode/utf8.h"
#include "core/mapped.h"
#include "core/names.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace {

namespace fs = std::filesystem;

constexpr int64_t rows_at_once = 4096;
constexpr std::size_t lines_at_once = 256;

struct PredictOptions {
  CommonOptions common;
  UsedModel model;
  std::string data, out, context, passage, columns;
  std::vector<std::string> texts;
  tasks::PipelineOptions pipeline;
  bool force = false;

  void visit(const options::Visitor& f) {
    model.visit(f);
    f({"TEXT",
       &texts,
       "A text; a pair as two; for choice a text and its endings; for qa questions",
       {.by_place = true}});
    f({"data", &data, "A file of examples instead", {.type = "F"}});
    f({"out", &out, "Write predictions of --data there: .csv, .tsv, or .jsonl for JSON lines", {.type = "F"}});
    f({"columns", &columns, "Columns of --out, such as id,prediction; otherwise all", {.type = "A,B"}});
    f({"force", &force, "Replace --out"});
    f({"context", &context, "qa: a file with the passage", {.type = "F"}});
    f({"passage", &passage, "qa: the passage itself", {.type = "TEXT"}});
    f({"top-k", &pipeline.top_k, "qa with --json: number of answers", {.least = 0}});
    f({"aggregation",
       &pipeline.aggregation,
       "ner with --json: how the tags of tokens become names",
       {.values = {"none", "simple", "first", "average", "max"}}});
    common.visit(f);
    model.visit_said(f);
  }
};

constexpr const char* about_predict =
    R"(Says what a model makes of texts: given as arguments, one per line on standard input (texts of a pair with a tab between
them), or in a file with --data. On the terminal as people read it; with --json as Hugging Face's pipelines give it, a JSON
value for each text, or for --data a record for each example. Labels and other columns of a file are kept beside. A row
that cannot be read is named with its line, and the others are predicted.

Examples: bertlet predict /tmp/run "The food was not bad ."
          bertlet predict /tmp/run --data /tmp/data/test.tsv --out /tmp/predictions.csv --columns id,prediction)";

std::string passage_of(const PredictOptions& options) {
  return options.context.empty() ? options.passage : bertlet::io::read_file(options.context);
}

// For people or, with --json, a value for each example.
void show(const tasks::FineTuned& model, tasks::Examples examples, const PredictOptions& options) {
  const tasks::Task& task = *model.task;
  const std::unique_ptr<tasks::Data> data = task.data(std::move(examples), *model.tokenizer, tasks::Use::predicting);
  const tasks::Outcome outcome = model.outcome(*data);
  for (int64_t i = 0; i < data->size(); ++i)
    if (options.common.json)
      fmt::print("{}\n", task.pipeline(*data, i, outcome.outputs, options.pipeline).dump());
    else
      fmt::print("{}{}", task.shown(*data, i, outcome.outputs), data->size() > 1 ? "\n" : "");
  std::fflush(stdout);
}

tasks::Examples asked(const tasks::FineTuned& model, const std::vector<std::string>& texts,
                      const PredictOptions& options) {
  return model.task->asked(bertlet::mapped(texts, bertlet::text::valid_utf8), passage_of(options), *model.tokenizer);
}

tasks::Examples asked_in_line(const tasks::FineTuned& model, std::string_view line, int64_t number,
                              const PredictOptions& options) {
  try {
    return asked(model, bertlet::parts_of(std::string(line), '\t'), options);
  } catch (const bertlet::Error& error) {
    throw bertlet::Error(fmt::format("line {}: {}", number, error.what()));
  }
}

void add(tasks::Examples one, tasks::Examples& block) {
  std::vector<tasks::Example> rows = std::move(block.rows);
  rows.insert(rows.end(), one.rows.begin(), one.rows.end());
  block = std::move(one);
  block.rows = std::move(rows);
}

void show_lines(const tasks::FineTuned& model, const PredictOptions& options) {
  if (::isatty(STDIN_FILENO) == 1) throw WrongUsage("want a TEXT, --data F, or lines on standard input");
  tasks::Examples block;
  int64_t number = 0;
  bertlet::io::LineBlocks blocks("-");
  for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next())
    for (const std::string_view line : *lines) {
      add(asked_in_line(model, line, ++number, options), block);
      if (block.rows.size() >= lines_at_once) show(model, std::exchange(block, {}), options);
    }
  if (!block.rows.empty()) show(model, std::move(block), options);
}

void check_out(const PredictOptions& options) {
  const fs::path out = options.out;
  if (out.empty()) return;
  bertlet::require(!fs::exists(options.data) || !fs::exists(out) || !fs::equivalent(options.data, out),
                   "{}: is the input, want another file for predictions", options.out);
  require_new(options.out, options.force);
}

// Of each example a row of the file or, without one, what the terminal shows.
void write(const tasks::FineTuned& model, const tasks::Data& data, std::optional<tasks::RecordsFile>& file, bool json) {
  const tasks::Outcome outcome = model.outcome(data);
  for (int64_t i = 0; i < data.size(); ++i)
    if (file)
      file->write(model.task->prediction(data, i, outcome.outputs));
    else if (json)
      fmt::print("{}\n", model.task->prediction(data, i, outcome.outputs).dump());
    else
      fmt::print("{}: {}", place_of(data, i), model.task->shown(data, i, outcome.outputs));
}

// So many rows at a time, so that a file may be larger than memory.
void predict_file(const tasks::FineTuned& model, const PredictOptions& options) {
  check_out(options);
  std::optional<tasks::RecordsFile> file;
  const std::vector<std::string> every = {};
  if (!options.out.empty())
    file.emplace(options.out, options.columns.empty() ? every : bertlet::parts_of(options.columns, ','));
  tasks::ExampleReader reader(options.data, model.read_options(tasks::Use::predicting));
  const auto bytes = static_cast<double>(fs::is_regular_file(options.data) ? fs::file_size(options.data) : 0);
  Progress progress("predicting", static_cast<int64_t>(bytes), {1e6, "MB"}, options.common.quiet);
  int64_t count = 0;
  for (tasks::Examples block; reader.next(block, rows_at_once);) {
    for (const tasks::BadRow& row : block.bad_rows)
      bertlet::say(fmt::format("{}:{}: {}; it is left out", options.data, row.line, row.why));
    if (block.rows.empty()) continue;
    const std::unique_ptr<tasks::Data> data =
        model.task->data(std::exchange(block, {}), *model.tokenizer, tasks::Use::predicting);
    write(model, *data, file, options.common.json);
    count += data->size();
    progress.at(static_cast<int64_t>(reader.done() * bytes));
  }
  progress.wipe();
  if (!file) return;
  file->commit();
  if (!options.common.quiet) fmt::print("{}: {} predictions\n", options.out, count);
}

int run_predict(const PredictOptions& options) {
  options.common.apply();
  if (options.data.empty() && !options.out.empty()) throw WrongUsage("--out: is for --data");
  if (!options.data.empty() && !options.texts.empty()) throw WrongUsage("got TEXT and --data, want one of them");
  const tasks::FineTuned model = options.model.read();
  if (!options.data.empty())
    predict_file(model, options);
  else if (!options.texts.empty())
    show(model, asked(model, options.texts, options), options);
  else
    show_lines(model, options);
  return 0;
}

}  // namespace

void add_predict(const Command& program) {
  const auto options = std::make_shared<PredictOptions>();
  Command command = program.add("predict", "What a fine-tuned model says of texts", about_predict);
  command.options(*options);
  command.runs([options] { return run_predict(*options); });
}

}  // namespace apps
