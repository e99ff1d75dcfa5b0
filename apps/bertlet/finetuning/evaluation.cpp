#include "apps/bertlet/finetuning/evaluation.h"

#include <fmt/format.h>

#include "apps/bertlet/finetuning/mistakes.h"
#include "bert/metrics/bootstrap.h"

namespace apps {

namespace {

namespace metrics = bertlet::metrics;
namespace tasks = bertlet::tasks;
namespace train = bertlet::train;
using bertlet::io::Json;

// Of the first measure, which is the task's own.
metrics::Interval interval_of(const tasks::Data& data, std::span<const tasks::Output> outputs) {
  const tasks::Data::Measuring measures = data.measuring(outputs);
  return metrics::bootstrap(data.examples(), [&](metrics::Chosen examples) { return measures(examples)[0].second; },
                            {.rounds = 200});
}

void print_json(const train::Measures& measures, const train::References& references, metrics::Interval interval,
                const Mistakes& mistakes) {
  Json json{
      {"majority", Json::object()}, {"interval", {interval.low, interval.high}}, {"wrong", mistakes_json(mistakes)}};
  for (const auto& [name, value] : measures) {
    json[name] = value;
    json["majority"][name] = references.at(name)[0].second;
  }
  fmt::print("{}\n", json.dump());
}

}  // namespace

void show_evaluation(const tasks::Data& data, std::span<const tasks::Output> outputs, const CommonOptions& common,
                     std::int64_t errors) {
  if (common.quiet && !common.json) return;
  const train::Measures measures = data.measures(outputs);
  const train::References& references = data.references();
  const metrics::Interval interval = interval_of(data, outputs);
  const Mistakes mistakes = data.worst(outputs, errors);
  if (common.json) return print_json(measures, references, interval, mistakes);
  fmt::print("\n{:<22}{:>10}  {:>10}\n", "", "model", "majority");
  for (const auto& [name, value] : measures) {
    fmt::print("{:<22}{:>10.4f}  {:>10.4f}", name, value, references.at(name)[0].second);
    if (name == measures[0].first) fmt::print("  (95 %: {:.4f} to {:.4f})", interval.low, interval.high);
    fmt::print("\n");
  }
  const std::string details = data.details(outputs);
  if (!details.empty()) fmt::print("\n{}", details);
  if (!mistakes.empty()) fmt::print("\n{}", mistakes_text(mistakes));
  fmt::print("\n");
}

void add_threshold_option(Command& command, std::optional<double>& threshold) {
  command.number("--threshold", threshold,
                 "qa: no answer is given where none scores higher by more than this; otherwise the best on dev",
                 {.least = std::numeric_limits<double>::lowest()});
}

}  // namespace apps
