#include "bert/metrics/measure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bert/metrics/scores.h"

namespace bertlet::metrics {

namespace {

constexpr std::string_view smaller_is_better[] = {"loss", "perplexity", "error", "mse", "rmse", "mae"};
constexpr std::string_view larger_is_better[] = {"accuracy", "exact_match", "f1",       "precision", "recall",
                                                 "mcc",      "pearson",     "spearman", "r2",        "auc"};

bool ends_in(std::string_view name, std::string_view ending) {
  return name == ending || (name.ends_with(ending) && name[name.size() - ending.size() - 1] == '_');
}

}  // namespace

const Measure* find(const Measures& measures, std::string_view name) {
  const auto found = std::ranges::find(measures, name, &Measure::name);
  return found == measures.end() ? nullptr : &*found;
}

Better usual_direction(std::string_view name) {
  const auto is_its_end = [&](std::string_view ending) { return ends_in(name, ending); };
  if (std::ranges::any_of(smaller_is_better, is_its_end)) return Better::smaller;
  return std::ranges::any_of(larger_is_better, is_its_end) ? Better::larger : Better::neither;
}

bool is_better(const Measure& a, const Measure& b) {
  return a.better == Better::smaller ? a.value < b.value : a.value > b.value;
}

double perplexity(double sum_of_losses, int64_t tokens) {
  return std::exp(ratio(sum_of_losses, static_cast<double>(tokens)));
}

double bits_per_byte(double sum_of_losses, int64_t bytes) {
  return ratio(sum_of_losses, static_cast<double>(bytes)) / std::numbers::ln2;
}

}  // namespace bertlet::metrics
