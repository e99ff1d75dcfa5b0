#include "apps/bertlet/finetuning/sweep.h"

#include <fmt/format.h>

#include <cmath>

#include "core/names.h"
#include "core/require.h"

namespace apps {

namespace {

namespace metrics = bertlet::metrics;
namespace train = bertlet::train;
namespace fs = std::filesystem;
using bertlet::io::Json;
// A choice of --grid: lr=2e-5 batch=16.
struct Choice {
  std::vector<std::string> settings = {};
  FinetuneOptions options;

  std::string name() const { return settings.empty() ? "as asked" : bertlet::joined(settings, " "); }
};

struct Variant {
  std::vector<std::string> settings;
  FinetuneOptions options;
};

struct Row {
  std::string choice;
  std::vector<std::string> runs = {};  // their directories
  std::vector<metrics::Measures> measures = {};

  const metrics::Measure& first(std::size_t run) const { return measures[run][0]; }
  double mean(std::size_t measure) const {
    double sum = 0;
    for (const metrics::Measures& each : measures) sum += each[measure].value;
    return sum / static_cast<double>(measures.size());
  }
  // Of a sample, so that of one run there is none.
  double deviation(std::size_t measure) const {
    double squares = 0;
    for (const metrics::Measures& each : measures) squares += std::pow(each[measure].value - mean(measure), 2);
    return measures.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(measures.size() - 1));
  }
  std::size_t best_run() const {
    std::size_t best = 0;
    for (std::size_t run = 1; run < measures.size(); ++run)
      if (metrics::is_better(first(run), first(best))) best = run;
    return best;
  }
  bool better_than(const Row& other) const {
    return metrics::is_better({"", mean(0), first(0).better}, {"", other.mean(0), first(0).better});
  }
};

std::vector<Choice> choices_of(const FinetuneOptions& options) {
  std::vector<Choice> choices = {{.options = options.copy()}};
  for (const std::string& axis : options.grid) {
    const std::size_t equals = axis.find('=');
    if (equals == std::string::npos) throw WrongUsage("--grid: got '" + axis + "', want NAME=A,B such as lr=2e-5,5e-5");
    const std::string name = axis.substr(0, equals);
    std::vector<Choice> more;
    for (const Choice& choice : choices)
      for (const std::string& value : bertlet::parts_of(std::string_view(axis).substr(equals + 1), ',')) {
        Choice& next = more.emplace_back(Choice{choice.settings, choice.options.copy()});
        set_number(next.options, name, value);
        next.settings.push_back(name + "=" + value);
      }
    choices = std::move(more);
  }
  return choices;
}

// All seeds and folds of a choice. The rows that are held out do not depend on a run's seed.
std::vector<Variant> variants_of(const Choice& choice) {
  const FinetuneOptions& options = choice.options;
  std::vector<Variant> variants;
  for (std::int64_t seed = 0; seed < options.seeds; ++seed)
    for (std::int64_t fold = 0; fold < std::max<std::int64_t>(options.selection.folds, 1); ++fold) {
      Variant& variant = variants.emplace_back(Variant{choice.settings, options.copy()});
      variant.options.common.seed += static_cast<std::uint64_t>(seed);
      variant.options.selection.fold = fold;
      if (options.seeds > 1) variant.settings.push_back(fmt::format("seed={}", variant.options.common.seed));
      if (options.selection.folds > 0) variant.settings.push_back(fmt::format("fold={}", fold + 1));
      variant.options.run.out = (fs::path(options.run.out) / bertlet::joined(variant.settings, ",")).string();
    }
  return variants;
}

void check_sweep(const FinetuneOptions& options) {
  if (options.selection.folds == 1) throw WrongUsage("--folds: got 1, want 0 or at least 2");
  if (options.selection.folds > 0 && !options.dev.empty())
    throw WrongUsage("--folds: got --dev beside it, want one of them");
  if (options.dev.empty() && options.selection.folds == 0 && options.held_out == 0)
    throw WrongUsage("--seeds and --grid: got nothing to measure on, want --dev, --folds or --held-out");
}

Json json_of(const std::vector<Row>& rows) {
  Json all = Json::array();
  for (const Row& row : rows) {
    Json& json = all.push_back({{"choice", row.choice}, {"runs", Json::array()}});
    for (std::size_t run = 0; run < row.runs.size(); ++run) {
      Json measures = Json::object();
      for (const metrics::Measure& measure : row.measures[run]) measures[measure.name] = measure.value;
      json["runs"].push_back({{"run", row.runs[run]}, {"measures", std::move(measures)}});
    }
    for (std::size_t i = 0; i < row.measures[0].size(); ++i) {
      const std::string& name = row.measures[0][i].name;
      json["mean"][name] = row.mean(i);
      json["deviation"][name] = row.deviation(i);
    }
  }
  return all;
}

void print(const std::vector<Row>& rows) {
  std::size_t width = 8;
  for (const Row& row : rows) width = std::max(width, row.choice.size());
  fmt::print("\n{:<{}}  runs", "", width);
  const std::size_t shown = std::min<std::size_t>(3, rows[0].measures[0].size());
  for (std::size_t i = 0; i < shown; ++i) fmt::print("  {:>19}", rows[0].measures[0][i].name);
  fmt::print("\n");
  for (const Row& row : rows) {
    fmt::print("{:<{}}  {:>4}", row.choice, width, row.runs.size());
    for (std::size_t i = 0; i < shown; ++i)
      fmt::print("  {:>19}", row.runs.size() > 1 ? fmt::format("{:.4f} ± {:.4f}", row.mean(i), row.deviation(i))
                                                 : fmt::format("{:.4f}", row.mean(i)));
    fmt::print("\n");
  }
}

void keep_best(const fs::path& model, const fs::path& best) {
  fs::remove_all(best);
  fs::copy(model, best, fs::copy_options::recursive);
}

}  // namespace

bool is_sweep(const FinetuneOptions& options) {
  return options.seeds > 1 || options.selection.folds > 0 || !options.grid.empty();
}

int sweep(const FinetuneOptions& options, const FinetuneOnce& once) {
  check_sweep(options);
  const std::vector<Choice> choices = choices_of(options);
  train::RunDirectory run = run_directory(options.run);
  run.describe({{"program", "bertlet finetune"},
                {"task", options.task ? options.task->facts().name : "distill"},
                {"grid", options.grid},
                {"seeds", options.seeds},
                {"folds", options.selection.folds}});
  std::vector<Row> rows;
  for (const Choice& choice : choices) {
    Row& row = rows.emplace_back(Row{.choice = choice.name()});
    for (const Variant& variant : variants_of(choice)) {
      if (!options.common.quiet && !options.common.json) fmt::print("\n== {}\n", variant.options.run.out);
      const FinetuneOutcome outcome = once(variant.options.copy());
      if (outcome.ending == train::Ending::interrupted) return 130;
      row.runs.push_back(variant.options.run.out);
      row.measures.push_back(outcome.measures);
    }
  }
  const Row& best = *std::ranges::max_element(rows, [](const Row& a, const Row& b) { return b.better_than(a); });
  const std::string model = best.runs[best.best_run()];
  keep_best(fs::path(model) / "best", run.best());
  bertlet::io::write_file(run.path() / "sweep.json", json_of(rows).dump(1) + "\n");
  if (options.common.json) fmt::print("{}\n", Json{{"sweep", json_of(rows)}}.dump());
  if (options.common.json || options.common.quiet) return 0;
  print(rows);
  fmt::print("\nBest on dev: {}. Its best model, of {}, is in {}\n", best.choice, model, run.best().string());
  return 0;
}

}  // namespace apps
