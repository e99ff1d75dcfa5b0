#include <fmt/format.h>

#include "apps/bertlet/finetuning/evaluation.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/tasks/predictions_file.h"
#include "core/parallel.h"

namespace apps {

namespace {

namespace tasks = bertlet::tasks;

struct PredictOptions {
  CommonOptions common;
  std::string model, data, out;
  std::optional<double> threshold;
};

constexpr const char* about_predict =
    R"(What a fine-tuned model says of each example, in the order of the file: labels with the probability of each class, tags and
names, answers with those that come next. Labels in the file are kept beside. A row that cannot be read is told with its
line, and the others are predicted.

Example: bertlet predict /tmp/run --data /tmp/data/test.tsv --out /tmp/predictions.csv)";

int run_predict(const PredictOptions& options) {
  bertlet::set_threads(options.common.threads);
  const tasks::FineTuned model = tasks::read_fine_tuned(options.model);
  const std::unique_ptr<tasks::Data> data = model.read(options.data, {tasks::Purpose::predicting});
  if (options.threshold) data->set_threshold(*options.threshold);
  for (const tasks::BadRow& row : data->bad_rows())
    fmt::print(stderr, "{}:{}: {}; it is left out\n", options.data, row.line, row.why);
  const std::vector<tasks::Record> records = data->predictions(outputs_of(*model.learner, data->items()));
  tasks::write_predictions(options.out, records);
  if (!options.common.quiet) fmt::print("{}: {} predictions\n", options.out, records.size());
  return 0;
}

}  // namespace

void add_predict(const Command& program) {
  const auto options = std::make_shared<PredictOptions>();
  Command command = program.add("predict", "What a fine-tuned model says", about_predict);
  command.text("DIR", "", options->model, "A model that was fine-tuned, or its run", Needed::yes);
  command.text("--data", "F", options->data, "Examples", Needed::yes);
  command.text("--out", "F", options->out, "CSV, or JSON lines where the name ends in .jsonl", Needed::yes);
  add_threshold_option(command, options->threshold);
  command.common(options->common);
  command.runs([options] { return run_predict(*options); });
}

}  // namespace apps
