#include <fmt/format.h>

#include <cmath>

#include "apps/bertlet/finetuning/job.h"
#include "core/names.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;
using bertlet::io::Json;

// Options, and what of them is said in the name: of a choice of --grid lr=2e-5 batch=16, of a run its seed and fold
// too.
struct Variant {
  std::vector<std::string> settings = {};
  FinetuneOptions options;
};

struct Run {
  std::string directory;
  metrics::Measures measures;
};

// A choice and its runs.
struct Row {
  std::string choice;
  std::vector<Run> runs = {};

  double mean(std::size_t measure) const {
    double sum = 0;
    for (const Run& run : runs) sum += run.measures[measure].value;
    return sum / static_cast<double>(runs.size());
  }
  // Of a sample, so that of one run there is none.
  double deviation(std::size_t measure) const {
    double squares = 0;
    for (const Run& run : runs) squares += std::pow(run.measures[measure].value - mean(measure), 2);
    return runs.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(runs.size() - 1));
  }
  // What choices are compared by.
  metrics::Measure first() const { return {"", mean(0), runs[0].measures[0].better}; }
  const Run& best_run() const {
    return *std::ranges::max_element(
        runs, [](const Run& a, const Run& b) { return is_better(b.measures[0], a.measures[0]); });
  }
};

std::vector<Variant> choices_of(const FinetuneOptions& options) {
  std::vector<Variant> choices = {{.options = options.copy()}};
  for (const std::string& axis : options.grid) {
    const std::size_t equals = axis.find('=');
    if (equals == std::string::npos) throw WrongUsage("--grid: got '" + axis + "', want NAME=A,B such as lr=2e-5,5e-5");
    const std::string name = axis.substr(0, equals);
    std::vector<Variant> more;
    for (const Variant& choice : choices)
      for (const std::string& value : bertlet::parts_of(axis.substr(equals + 1), ',')) {
        Variant& next = more.emplace_back(Variant{choice.settings, choice.options.copy()});
        set_number(next.options, name, value);
        next.settings.push_back(fmt::format("{}={}", name, value));
      }
    choices = std::move(more);
  }
  return choices;
}

// All seeds and folds of a choice. The rows that are held out do not depend on a run's seed.
std::vector<Variant> variants_of(const Variant& choice) {
  const FinetuneOptions& options = choice.options;
  std::vector<Variant> variants;
  for (int64_t seed = 0; seed < options.seeds; ++seed)
    for (int64_t fold = 0; fold < std::max<int64_t>(options.selection.folds, 1); ++fold) {
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
    for (const Run& run : row.runs) {
      Json measures = Json::object();
      for (const metrics::Measure& measure : run.measures) measures[measure.name] = measure.value;
      json["runs"].push_back({{"run", run.directory}, {"measures", std::move(measures)}});
    }
    for (std::size_t i = 0; i < row.runs[0].measures.size(); ++i) {
      const std::string& name = row.runs[0].measures[i].name;
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
  const metrics::Measures& measures = rows[0].runs[0].measures;
  const std::size_t shown = std::min<std::size_t>(3, measures.size());
  for (std::size_t i = 0; i < shown; ++i) fmt::print("  {:>19}", measures[i].name);
  fmt::print("\n");
  for (const Row& row : rows) {
    fmt::print("{:<{}}  {:>4}", row.choice, width, row.runs.size());
    for (std::size_t i = 0; i < shown; ++i)
      fmt::print("  {:>19}", row.runs.size() > 1 ? fmt::format("{:.4f} ± {:.4f}", row.mean(i), row.deviation(i))
                                                 : fmt::format("{:.4f}", row.mean(i)));
    fmt::print("\n");
  }
}

}  // namespace

bool is_sweep(const FinetuneOptions& options) {
  return options.seeds > 1 || options.selection.folds > 0 || !options.grid.empty();
}

int sweep(const FinetuneOptions& options) {
  check_sweep(options);
  const std::vector<Variant> choices = choices_of(options);
  train::RunDirectory run = run_directory(options.run);
  run.describe({{"program", "bertlet finetune"},
                {"task", options.task ? options.task->facts().name : "distill"},
                {"grid", options.grid},
                {"seeds", options.seeds},
                {"folds", options.selection.folds}});
  std::vector<Row> rows;
  for (const Variant& choice : choices) {
    const bool is_named = !choice.settings.empty();
    Row& row = rows.emplace_back(Row{.choice = is_named ? bertlet::joined(choice.settings, " ") : "as asked"});
    for (const Variant& variant : variants_of(choice)) {
      if (!options.common.quiet && !options.common.json) fmt::print("\n== {}\n", variant.options.run.out);
      const FinetuneOutcome outcome = finetune_once(variant.options.copy(), Report::steps);
      if (outcome.ending == train::Ending::interrupted) return 130;
      row.runs.push_back({variant.options.run.out, outcome.measures});
    }
  }
  const auto best =
      std::ranges::max_element(rows, [](const Row& a, const Row& b) { return is_better(b.first(), a.first()); });
  const std::string& model = best->best_run().directory;
  fs::remove_all(run.best());
  fs::copy(fs::path(model) / "best", run.best(), fs::copy_options::recursive);
  bertlet::io::write_file(run.path() / "sweep.json", json_of(rows).dump(1) + "\n");
  if (options.common.json) fmt::print("{}\n", Json{{"sweep", json_of(rows)}}.dump());
  if (options.common.json || options.common.quiet) return 0;
  print(rows);
  fmt::print("\nBest on dev: {}. Its best model, of {}, is in {}\n", best->choice, model, run.best().string());
  return 0;
}

}  // namespace apps
