#include "apps/bertlet/evaluation.h"

#include <fmt/format.h>

#include "bert/metrics/bootstrap.h"

namespace apps {

namespace {

namespace metrics = bertlet::metrics;
namespace tasks = bertlet::tasks;
namespace train = bertlet::train;
using bertlet::io::Json;

// Of the first measure, which is the task's own.
metrics::Interval interval_of(const tasks::Data& data, std::span<const tasks::Output> outputs) {
  return metrics::bootstrap(data.examples(),
                            [&](metrics::Chosen examples) { return data.measures(outputs, examples)[0].second; },
                            {.rounds = 200});
}

void print_json(const train::Measures& measures, const train::References& references, metrics::Interval interval) {
  Json json{{"majority", Json::object()}, {"interval", {interval.low, interval.high}}};
  for (const auto& [name, value] : measures) {
    json[name] = value;
    json["majority"][name] = references.at(name)[0].second;
  }
  fmt::print("{}\n", json.dump());
}

}  // namespace

void show_evaluation(const tasks::Data& data, std::span<const tasks::Output> outputs, const CommonOptions& common) {
  if (common.quiet && !common.json) return;
  const train::Measures measures = data.measures(outputs);
  const train::References references = data.references();
  const metrics::Interval interval = interval_of(data, outputs);
  if (common.json) return print_json(measures, references, interval);
  fmt::print("\n{:<22}{:>10}  {:>10}\n", "", "model", "majority");
  for (const auto& [name, value] : measures) {
    fmt::print("{:<22}{:>10.4f}  {:>10.4f}", name, value, references.at(name)[0].second);
    if (name == measures[0].first) fmt::print("  (95 %: {:.4f} to {:.4f})", interval.low, interval.high);
    fmt::print("\n");
  }
  const std::string details = data.details(outputs);
  if (!details.empty()) fmt::print("\n{}", details);
  for (const tasks::Data::Wrong& wrong : data.wrong(outputs))
    fmt::print("{}: is {}, said {} ({:.0f} %): {}\n", wrong.place, wrong.is, wrong.said, 100 * wrong.confidence,
               wrong.text);
  fmt::print("\n");
}

}  // namespace apps
