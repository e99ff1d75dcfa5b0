#include "apps/bertlet/finetuning/evaluation.h"

#include <fmt/format.h>

#include "apps/bertlet/finetuning/verdicts.h"
#include "apps/bertlet/progress.h"
#include "bert/metrics/bootstrap.h"

namespace apps {

namespace {

namespace metrics = bertlet::metrics;
namespace tasks = bertlet::tasks;
namespace train = bertlet::train;
using bertlet::io::Json;

// Of the first measure, which is the task's own.
metrics::Interval interval_of(const tasks::FineTuned& model, const tasks::Data& data, const tasks::Outcome& outcome) {
  const tasks::Measuring measuring = model.task->measuring(data, outcome.outputs);
  return metrics::bootstrap(data.size(), [&](metrics::Chosen chosen) { return measuring(chosen)[0].value; },
                            {.rounds = 200});
}

std::optional<double> majority_of(const train::References& references, const std::string& measure) {
  const auto found = references.find(measure);
  return found == references.end() ? std::nullopt : std::optional(found->second[0].second);
}

// Of what is wrong the worst first; of what is right the surest; of numbers, which are never quite right, the nearest.
std::vector<tasks::Verdict> verdicts(const tasks::FineTuned& model, const tasks::Data& data,
                                     const tasks::Outcome& outcome, const EvaluationOptions& options) {
  const bool wanted = options.shown == Shown::right;
  std::vector<tasks::Verdict> all;
  for (std::int64_t i = 0; i < data.size(); ++i)
    if (tasks::Verdict verdict = model.task->verdict(data, i, outcome.outputs);
        verdict.right.value_or(wanted) == wanted)
      all.push_back(std::move(verdict));
  std::ranges::stable_sort(all, [&](const tasks::Verdict& a, const tasks::Verdict& b) {
    return wanted && !a.right ? a.degree < b.degree : a.degree > b.degree;
  });
  if (std::ssize(all) > options.examples) all.resize(static_cast<std::size_t>(options.examples));
  return all;
}

void print_json(const metrics::Measures& measures, const train::References& references, metrics::Interval interval,
                const std::vector<tasks::Verdict>& examples, Shown shown) {
  Json json{{"majority", Json::object()}, {"interval", {interval.low, interval.high}}};
  json[shown == Shown::wrong ? "wrong" : "right"] = verdicts_json(examples);
  for (const metrics::Measure& measure : measures) {
    json[measure.name] = measure.value;
    if (const auto majority = majority_of(references, measure.name)) json["majority"][measure.name] = *majority;
  }
  fmt::print("{}\n", json.dump());
}

}  // namespace

tasks::Outcome outcome_of(const tasks::FineTuned& model, const tasks::Data& data, const CommonOptions& common) {
  Progress progress("measuring", std::ssize(data.items), {1, "examples"}, common.quiet || common.json);
  return model.outcome(data, 4096, [&](std::int64_t done) { progress.at(done); });
}

void show_evaluation(const tasks::FineTuned& model, const tasks::Data& data, const tasks::Outcome& outcome,
                     const CommonOptions& common, const EvaluationOptions& options) {
  if (common.quiet && !common.json) return;
  const metrics::Measures measures = tasks::measures(model, data, outcome);
  const train::References references = tasks::references(*model.task, data);
  const metrics::Interval interval = interval_of(model, data, outcome);
  const std::vector<tasks::Verdict> examples = verdicts(model, data, outcome, options);
  if (common.json) return print_json(measures, references, interval, examples, options.shown);
  fmt::print("\n{:<22}{:>10}  {:>10}\n", "", "model", "majority");
  for (const metrics::Measure& measure : measures) {
    const std::optional<double> majority = majority_of(references, measure.name);
    fmt::print("{:<22}{:>10.4f}{}", measure.name, measure.value, majority ? fmt::format("  {:>10.4f}", *majority) : "");
    if (measure.name == measures[0].name) fmt::print("  (95 %: {:.4f} to {:.4f})", interval.low, interval.high);
    fmt::print("\n");
  }
  const std::string details = model.task->details(data, outcome.outputs);
  if (!details.empty()) fmt::print("\n{}", details);
  if (!examples.empty()) fmt::print("\n{}", verdicts_text(examples));
  fmt::print("\n");
}

UseOptions::UseOptions() {
  for (const std::string& name : tasks::task_names()) {
    const std::unique_ptr<tasks::Task> task = tasks::make_task(name);
    const auto take = [&](const options::Option& option) {
      if (std::ranges::find(all_, option.name, &Given::name) == all_.end())
        all_.push_back({option.name, option.help, option.limits.type});
    };
    task->visit_columns(take);
    task->visit_use(take);
  }
}

void UseOptions::add_to(Command& command) {
  for (Given& each : all_)
    command.option({each.name, &each.value, each.help, {.type = each.type.empty() ? "X" : each.type}});
}

void UseOptions::apply_to(tasks::Task& task) const {
  std::vector<options::Option> its;
  const auto take = [&](const options::Option& option) { its.push_back(option); };
  task.visit_columns(take);
  task.visit_use(take);
  for (const Given& each : all_) {
    if (each.value.empty()) continue;
    const auto found = std::ranges::find(its, each.name, &options::Option::name);
    if (found == its.end())
      throw WrongUsage(fmt::format("--{}: a model for {} has no such option", each.name, task.facts().name));
    options::set(*found, each.value);
  }
}

}  // namespace apps
