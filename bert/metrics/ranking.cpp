#include "bert/metrics/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bert/metrics/correlation.h"
#include "core/require.h"

namespace bertlet::metrics {

namespace {

constexpr double coin = 0.5;

// Mann and Whitney's: from the sum of the ranks of class 1, the least that it could be is taken off.
double area(std::span<const std::int64_t> gold, std::span<const double> ranks, std::int64_t label) {
  double positive = 0, sum = 0;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    if (gold[i] != label) continue;
    positive += 1;
    sum += ranks[i];
  }
  const double negative = static_cast<double>(gold.size()) - positive;
  return (sum - positive * (positive + 1) / 2) / (positive * negative);
}

bool has_both(std::span<const std::int64_t> gold, std::int64_t label) {
  const auto positive = std::ranges::count(gold, label);
  return positive > 0 && positive < std::ssize(gold);
}

}  // namespace

double roc_auc(std::span<const std::int64_t> gold, std::span<const double> scores) {
  require(!gold.empty() && gold.size() == scores.size(),
          "roc_auc: got {} classes and {} scores, want as many of each and at least one", gold.size(), scores.size());
  for (const std::int64_t label : gold) require(label == 0 || label == 1, "roc_auc: got class {}, want 0 or 1", label);
  if (has_nan(scores)) return std::numeric_limits<double>::quiet_NaN();
  return has_both(gold, 1) ? area(gold, ranks(scores), 1) : coin;
}

double roc_auc(std::span<const std::int64_t> gold, std::span<const double> scores, std::int64_t classes) {
  require(!gold.empty() && classes > 0 && scores.size() == gold.size() * static_cast<std::size_t>(classes),
          "roc_auc: got {} examples and {} scores, want [examples, {}] of at least one example", gold.size(),
          scores.size(), classes);
  for (const std::int64_t label : gold)
    require(label >= 0 && label < classes, "roc_auc: got class {}, want 0 to {}", label, classes - 1);
  if (has_nan(scores)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  int counted = 0;
  std::vector<double> column(gold.size());
  for (std::int64_t label = 0; label < classes; ++label) {
    if (!has_both(gold, label)) continue;
    for (std::size_t i = 0; i < gold.size(); ++i)
      column[i] = scores[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(label)];
    sum += area(gold, ranks(column), label);
    ++counted;
  }
  return counted == 0 ? coin : sum / counted;
}

}  // namespace bertlet::metrics
