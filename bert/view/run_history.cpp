#include "bert/view/run_history.h"

#include <algorithm>
#include <limits>
#include <set>

#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/io/json/manifest.h"
#include "bert/train/checkpoints.h"
#include "bert/view/measure.h"
#include "bert/view/points.h"
#include "core/mapped.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::view {

namespace {

namespace fs = std::filesystem;
using io::Json;
using io::JsonPlace;

constexpr std::size_t most_measures = 100, most_bars = 200, most_warnings = 20;

// Of run.json: what is drawn elsewhere, and what is about the file.
const std::set<std::string> not_options = {"references", "histograms", "format", "checksum"};

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// JSON has no NaN: it is written as null.
bool is_measured(const Json& value) { return value.is_number() || value.is_null(); }
double number_of(const Json& value) { return value.is_null() ? nan : value.number(); }

// Reads a directory's files one after another into a history.
class Reader {
 public:
  explicit Reader(const fs::path& directory) : directory_(directory) { run_.name = directory.string(); }

  RunHistory read() {
    read_object("run.json", [this](const JsonPlace& run) { describe(run); });
    read_object("data.json", [this](const JsonPlace& data) { add_histograms(data); });
    read_lines("metrics.jsonl", [this](const JsonPlace& line) { add_metrics(line); });
    check_history();
    read_lines("speed.jsonl", [this](const JsonPlace& line) { add_speed(line); });
    if (unwarned_ > 0) run_.warnings.push_back(fmt::format("{}: {} more of these", run_.name, unwarned_));
    return std::move(run_);
  }

 private:
  void warn(const std::string& text) {
    if (run_.warnings.size() < most_warnings)
      run_.warnings.push_back(text);
    else
      ++unwarned_;
  }

  // What cannot be read is a warning, and the rest is read all the same.
  template <class Read>
  void try_to(const Read& read) {
    try {
      read();
    } catch (const Error& error) {
      warn(error.what());
    }
  }

  template <class Take>
  void read_object(const char* name, const Take& take) {
    const fs::path file = directory_ / name;
    if (!fs::exists(file)) return;
    try_to([&] { take(io::read_json(file).root()); });
  }

  template <class Take>
  void read_lines(const char* name, const Take& take) {
    const fs::path file = directory_ / name;
    if (!fs::exists(file)) return;
    try_to([&] {
      std::string text = io::read_file(file);
      text.erase(text.rfind('\n') + 1);  // npos + 1 is 0
      int64_t number = 0;
      for (const std::string_view line : io::split_lines(text)) {
        ++number;
        try_to([&] { take(io::parse_json(line, fmt::format("{}:{}", file.string(), number)).root()); });
      }
    });
  }

  // The newest checkpoint knows what the metrics were up to it.
  void check_history() {
    const std::vector<fs::path> saved = train::Checkpoints(directory_ / "checkpoints", 1).directories();
    if (saved.empty()) return;
    try_to([&] {
      const io::JsonDocument state = io::read_json(saved[0] / "state.json");
      if (!state.root().has("history")) return;
      const JsonPlace history = state.root()["history"];
      const std::string lines = io::read_file(directory_ / "metrics.jsonl");
      const std::string_view before = std::string_view(lines).substr(0, to_size(history["bytes"].integer()));
      require(io::fingerprint(before) == history.value(), "{}: is not as it was written",
              (directory_ / "metrics.jsonl").string());
    });
  }

  // --- run.json ------------------------------------------------------------------------------------------------------

  void describe(const JsonPlace& run) {
    for (const std::string& key : run.keys())
      if (!not_options.contains(key)) add_options(key, run[key].value());
    try_to([&] { add_references(run); });
    add_histograms(run);
  }

  // What stands in an object is an option by itself: setup.head. Lists of objects are no options.
  void add_options(const std::string& name, const Json& value) {
    if (value.is_array() && !value.empty() && value[0].is_object()) return;
    if (!value.is_object())
      run_.options[name] = option_text(value);
    else
      for (const auto& [key, each] : value.items()) add_options(fmt::format("{}.{}", name, key), each);
  }

  static std::string option_text(const Json& value) {
    if (value.is_string()) return value.string();
    if (!value.is_array()) return value.dump({.mends_strings = true});
    std::string text;
    for (const Json& each : value.elements()) text += (text.empty() ? "" : ", ") + option_text(each);
    return text;
  }

  void add_references(const JsonPlace& run) {
    if (!run.has("references")) return;
    const JsonPlace references = run["references"];
    for (const std::string& measure : references.keys())
      for (const std::string& name : references[measure].keys())
        run_.references[measure][name] = references[measure][name].number();
  }

  void add_histograms(const JsonPlace& from) {
    if (!from.has("histograms")) return;
    try_to([&] {
      const JsonPlace histograms = from["histograms"];
      for (const std::string& name : histograms.keys())
        try_to([&] { run_.histograms[name] = histogram(histograms[name]); });
    });
  }

  static double drawable(const JsonPlace& number) {
    if (!can_be_drawn(number.number())) number.refuse("a number that can be drawn");
    return number.number();
  }

  static Histogram histogram(const JsonPlace& from) {
    Histogram to;
    const JsonPlace list = from.has("bins") ? from["bins"] : from["bars"];
    if (list.size() > most_bars) list.refuse(fmt::format("a list of at most {}", most_bars));
    for (std::size_t i = 0; i < list.size(); ++i) {
      const JsonPlace each = list[i];
      if (from.has("bins"))
        to.bins.push_back({drawable(each[0]), drawable(each[1]), drawable(each[2])});
      else
        to.bars.push_back({each[0].string(), drawable(each[1])});
    }
    return to;
  }

  // --- metrics.jsonl and speed.jsonl ---------------------------------------------------------------------------------

  void add_metrics(const JsonPlace& line) {
    const int64_t step = line["step"].integer();
    add(line, step, run_.training);
    if (line.has("evaluation")) add(line["evaluation"], step, run_.held_out);
  }

  // Every number is a measure; what else is there is for other readers.
  void add(const JsonPlace& from, int64_t step, Measured& to) {
    for (const std::string& key : from.keys()) {
      const JsonPlace place = from[key];
      const Json& value = place.value();
      if (key == "step" || !is_measured(value)) continue;
      require(to.contains(key) || to.size() < most_measures, "{}: '{}' is one measure too many, want at most {}",
              run_.name, key, most_measures);
      to[key][step] = number_of(value);
    }
  }

  void add_speed(const JsonPlace& line) {
    const int64_t step = line["step"].integer();
    const double seconds = line["seconds"].number(), tokens = line["tokens"].number();
    run_.seconds += seconds;
    run_.tokens += tokens;
    run_.training["tokens_per_second"][step] = seconds > 0 ? tokens / seconds : nan;
  }

  const fs::path directory_;
  RunHistory run_;
  int64_t unwarned_ = 0;
};

}  // namespace

const char* split_name(Split split) { return split == Split::training ? "training" : "held out"; }

const Series* RunHistory::find(Split split, const std::string& measure) const {
  const auto found = measured(split).find(measure);
  return found == measured(split).end() ? nullptr : &found->second;
}

int64_t RunHistory::steps() const {
  int64_t steps = 0;
  for (const Split split : both_splits)
    for (const auto& [measure, series] : measured(split)) steps = std::max(steps, series.rbegin()->first);
  return steps;
}

RunHistory read_run(const fs::path& directory) {
  require(fs::is_directory(directory), "{}: is no directory, want that of a run", directory.string());
  require(fs::exists(directory / "run.json") || fs::exists(directory / "metrics.jsonl"),
          "{}: has no run.json and no metrics.jsonl, want a run's directory", directory.string());
  return Reader(directory).read();
}

std::vector<std::string> short_names(const std::vector<RunHistory>& runs) {
  std::vector<std::string> names;
  for (const RunHistory& run : runs) {
    const fs::path path = fs::path(run.name).lexically_normal();
    names.push_back((path.has_filename() ? path : path.parent_path()).filename().string());
  }
  const bool all_differ = std::set<std::string>(names.begin(), names.end()).size() == names.size();
  if (!all_differ) std::ranges::transform(runs, names.begin(), &RunHistory::name);
  return names;
}

std::vector<std::string> measures_of(const std::vector<RunHistory>& runs) {
  std::set<std::pair<int, std::string>> names;
  for (const RunHistory& run : runs)
    for (const Split split : both_splits)
      for (const auto& [name, series] : run.measured(split)) names.emplace(place(name), name);
  return mapped(names, [](const auto& placed) { return placed.second; });
}

}  // namespace bertlet::view
