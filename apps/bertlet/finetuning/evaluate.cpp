#include "apps/bertlet/finetuning/evaluation.h"
#include "core/parallel.h"
#include "core/require.h"

namespace apps {

namespace {

namespace metrics = bertlet::metrics;
namespace tasks = bertlet::tasks;

struct EvaluateOptions {
  CommonOptions common;
  std::string model, data;
  EvaluationOptions evaluation;
  UseOptions use;
  bool better_than_majority = false;

  void visit(const options::Visitor& f) {
    f({"DIR",
       &model,
       "A fine-tuned model, its run, or a directory that transformers saved",
       {.needed = true, .by_place = true}});
    f({"data", &data, "Labelled examples", {.type = "F", .needed = true}});
    f({"errors", &evaluation.examples, "Examples that are shown", {.least = 0}});
    f({"show",
       options::word(&evaluation.shown, {"wrong", "right"}),
       "Which examples are shown",
       {.values = {"wrong", "right"}}});
    f({"better-than-majority", &better_than_majority, "Fail if the model is not better than that"});
    common.visit(f);
  }
};

constexpr const char* about_evaluate =
    R"(Measures of the model's task, each beside what always saying the most frequent label gives; the first one with the
interval in which it lies with 95 %; and the most confident mistakes.

Example: bertlet evaluate /tmp/run --data /tmp/data/test.tsv)";

void require_better(const metrics::Measure& own, const bertlet::train::References& references,
                    const std::string& file) {
  const metrics::Measure majority{own.name, references.at(own.name)[0].second, own.better};
  bertlet::require(is_better(own, majority), "{}: {} is {:.4f}, and knowing only how frequent labels are gives {:.4f}",
                   file, own.name, own.value, majority.value);
}

int run_evaluate(const EvaluateOptions& options) {
  bertlet::set_threads(options.common.threads);
  const tasks::FineTuned model = tasks::read_fine_tuned(options.model);
  options.use.apply_to(*model.task);
  const std::unique_ptr<tasks::Data> data = model.read(options.data, tasks::Use::measuring);
  bertlet::require(data->size() > 0 && data->examples.labelled, "{}: got no labelled examples, want some to measure on",
                   options.data);
  const tasks::Outcome outcome = outcome_of(model, *data, options.common);
  show_evaluation(model, *data, outcome, options.common, options.evaluation);
  if (options.better_than_majority)
    require_better(tasks::measures(model, *data, outcome)[0], references(*model.task, *data), options.data);
  return 0;
}

}  // namespace

void add_evaluate(const Command& program) {
  const auto options = std::make_shared<EvaluateOptions>();
  Command command = program.add("evaluate", "How good a fine-tuned model is", about_evaluate);
  command.options(*options);
  options->use.add_to(command);
  command.runs([options] { return run_evaluate(*options); });
}

}  // namespace apps
