#pragma once
#include <filesystem>
#include <map>

#include "bert/io/json/document.h"
#include "bert/view/heat_table.h"
#include "bert/view/histogram.h"

// What stands in a run's directory (bert/train/run_directory.h), for those who look at it. The run may still be going.
//
//   const view::RunHistory run = view::read_run("/tmp/run");
//   const auto [step, loss] = *run.held_out.at("mlm_loss").rbegin();
namespace bertlet::view {

using Series = std::map<int64_t, double>;  // by step; NaN where what was measured was no number
using Measured = std::map<std::string, Series>;

enum class Split { training, held_out };
inline constexpr Split both_splits[] = {Split::training, Split::held_out};
const char* split_name(Split split);  // "training", "held out"

struct RunHistory {
  std::string name;                                                      // its directory, as it was asked for
  std::map<std::string, std::string> options = {};                       // of run.json
  Measured training = {}, held_out = {};                                 // "loss", "mlm_accuracy", …
  std::map<std::string, std::map<std::string, double>> references = {};  // of a measure: "guessing" is 0.5, …
  std::map<std::string, Histogram> histograms = {};
  std::vector<HeatTable> tables = {};      // of its model: what is taken for what, heads' importance
  double seconds = 0, tokens = 0;          // of all steps
  std::vector<std::string> warnings = {};  // a file, a place, and what could not be read there

  const Measured& measured(Split split) const { return split == Split::training ? training : held_out; }
  const Series* find(Split split, const std::string& measure) const;  // null: it was not measured

  int64_t steps() const;  // the last one of which something is known
};

// Lines that cannot be read are left out and warned of; a last line that is half-written is only left out.
RunHistory read_run(const std::filesystem::path& directory);

// What to call runs beside each other: their directories' own names, or the whole paths where two are the same.
std::vector<std::string> short_names(const std::vector<RunHistory>& runs);

// The names of all that was measured in any of them, in a report's order.
std::vector<std::string> measures_of(const std::vector<RunHistory>& runs);

}  // namespace bertlet::view
