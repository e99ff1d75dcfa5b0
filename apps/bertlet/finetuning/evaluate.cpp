#include "apps/bertlet/finetuning/evaluation.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/view/measure.h"
#include "core/parallel.h"
#include "core/require.h"

namespace apps {

namespace {

namespace tasks = bertlet::tasks;

struct EvaluateOptions {
  CommonOptions common;
  std::string model, data;
  std::int64_t errors = 10;
  std::optional<double> threshold;
  bool better_than_majority = false;
};

constexpr const char* about_evaluate =
    R"(Measures of the task that the model was fine-tuned for, each beside what always saying the most frequent label gives; the
first one with the interval in which it lies with 95 %; and the most confident mistakes.

Example: bertlet evaluate /tmp/run --data /tmp/data/test.tsv)";

void require_better(const tasks::Data& data, std::span<const tasks::Output> outputs, const std::string& file) {
  const auto [name, value] = data.measures(outputs)[0];
  const double majority = data.references().at(name)[0].second;
  const bool less_is_better = bertlet::view::better(name) == bertlet::view::Better::smaller;
  bertlet::require(less_is_better ? value < majority : value > majority,
                   "{}: {} is {:.4f}, and knowing only how frequent labels are gives {:.4f}", file, name, value,
                   majority);
}

int run_evaluate(const EvaluateOptions& options) {
  bertlet::set_threads(options.common.threads);
  const tasks::FineTuned model = tasks::read_fine_tuned(options.model);
  const std::unique_ptr<tasks::Data> data = model.read(options.data, {tasks::Purpose::measuring});
  bertlet::require(data->examples() > 0 && data->labelled(), "{}: got no labelled examples, want some to measure on",
                   options.data);
  if (options.threshold) data->set_threshold(*options.threshold);
  const std::vector<tasks::Output> outputs = outputs_of(*model.learner, data->items());
  show_evaluation(*data, outputs, options.common, options.errors);
  if (options.better_than_majority) require_better(*data, outputs, options.data);
  return 0;
}

}  // namespace

void add_evaluate(const Command& program) {
  const auto options = std::make_shared<EvaluateOptions>();
  Command command = program.add("evaluate", "How good a fine-tuned model is", about_evaluate);
  command.text("DIR", "", options->model, "A model that was fine-tuned, or its run", Needed::yes);
  command.text("--data", "F", options->data, "Labelled examples", Needed::yes);
  command.number("--errors", options->errors, "So many of the worst mistakes are shown", {0});
  add_threshold_option(command, options->threshold);
  command.flag("--better-than-majority", options->better_than_majority, "Fail if the model is not");
  command.common(options->common);
  command.runs([options] { return run_evaluate(*options); });
}

}  // namespace apps
