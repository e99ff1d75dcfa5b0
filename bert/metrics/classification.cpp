#include "bert/metrics/classification.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bert/metrics/correlation.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::metrics {

namespace {

double total(std::span<const Counts> labels) {
  double sum = 0;
  for (const Counts& label : labels) sum += label.gold;
  return sum;
}

double right(std::span<const Counts> labels) {
  double sum = 0;
  for (const Counts& label : labels) sum += label.right;
  return sum;
}

void require_names(const Confusion& confusion, std::span<const std::string> names) {
  require(std::ssize(names) == confusion.classes(), "confusion: got {} names, want one for each of {} classes",
          names.size(), confusion.classes());
}

}  // namespace

Confusion::Confusion(std::span<const int64_t> gold, std::span<const int64_t> predicted, int64_t classes,
                     std::span<const double> weights)
    : classes_(classes), counts_(to_size(classes * classes)) {
  require(!gold.empty() && gold.size() == predicted.size(),
          "confusion: got {} gold and {} predicted classes, want as many of each and at least one", gold.size(),
          predicted.size());
  require(weights.empty() || weights.size() == gold.size(), "confusion: got {} weights, want {}", weights.size(),
          gold.size());
  for (std::size_t i = 0; i < gold.size(); ++i) {
    for (const int64_t label : {gold[i], predicted[i]})
      require(label >= 0 && label < classes, "confusion: got class {}, want 0 to {}", label, classes - 1);
    counts_[to_size(gold[i] * classes + predicted[i])] += weights.empty() ? 1 : weights[i];
  }
}

std::vector<Counts> label_counts(const Confusion& confusion) {
  std::vector<Counts> labels(to_size(confusion.classes()));
  for (int64_t gold = 0; gold < confusion.classes(); ++gold)
    for (int64_t predicted = 0; predicted < confusion.classes(); ++predicted) {
      const double count = confusion(gold, predicted);
      labels[to_size(gold)].gold += count;
      labels[to_size(predicted)].predicted += count;
      if (gold == predicted) labels[to_size(gold)].right += count;
    }
  return labels;
}

double accuracy(const Confusion& confusion) {
  const std::vector<Counts> labels = label_counts(confusion);
  return ratio(right(labels), total(labels));
}

double majority_baseline(const Confusion& confusion) {
  const std::vector<Counts> labels = label_counts(confusion);
  return ratio(std::ranges::max(labels, {}, &Counts::gold).gold, total(labels));
}

// The covariance of gold and predicted over the root of both variances, all of them times n².
double matthews(const Confusion& confusion) {
  const std::vector<Counts> labels = label_counts(confusion);
  const double n = total(labels);
  double both = n * right(labels), of_gold = n * n, of_predicted = n * n;
  for (const Counts& label : labels) {
    both -= label.gold * label.predicted;
    of_gold -= label.gold * label.gold;
    of_predicted -= label.predicted * label.predicted;
  }
  return ratio(both, std::sqrt(of_gold * of_predicted));
}

std::string matrix_text(const Confusion& confusion, std::span<const std::string> names) {
  require_names(confusion, names);
  std::size_t width = std::string_view("gold").size();
  for (const std::string& name : names) width = std::max(width, text::count_characters(name));
  std::string text = fmt::format("{:<{}}", "gold", width);
  for (const std::string& name : names) text += fmt::format("  {:>{}}", name, width);
  text += '\n';
  for (int64_t gold = 0; gold < confusion.classes(); ++gold) {
    text += fmt::format("{:<{}}", names[to_size(gold)], width);
    for (int64_t predicted = 0; predicted < confusion.classes(); ++predicted)
      text += fmt::format("  {:>{}g}", confusion(gold, predicted), width);
    text += '\n';
  }
  return text;
}

std::string scores_text(const Confusion& confusion, std::span<const std::string> names) {
  require_names(confusion, names);
  const std::vector<Counts> labels = label_counts(confusion);
  NamedCounts named;
  for (std::size_t i = 0; i < labels.size(); ++i) named.emplace_back(names[i], labels[i]);
  return table(named);
}

Multilabel multilabel(std::span<const int64_t> gold, std::span<const int64_t> predicted, int64_t labels) {
  require(labels > 0 && !gold.empty() && gold.size() == predicted.size() && std::ssize(gold) % labels == 0,
          "multilabel: got {} gold and {} predicted values, want [examples, {}] of each and at least one example",
          gold.size(), predicted.size(), labels);
  Multilabel result{.counts = std::vector<Counts>(to_size(labels))};
  const auto width = to_size(labels);
  int64_t wrong = 0, all_right = 0;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    const int64_t want = gold[i], got = predicted[i];
    require(want >> 1 == 0 && got >> 1 == 0, "multilabel: got {}, want 0 or 1", want >> 1 == 0 ? got : want);
    Counts& label = result.counts[i % width];
    label.gold += static_cast<double>(want);
    label.predicted += static_cast<double>(got);
    label.right += static_cast<double>(want & got);
    wrong += want ^ got;
  }
  for (std::size_t i = 0; i < gold.size(); i += width)
    all_right += std::ranges::equal(gold.subspan(i, width), predicted.subspan(i, width)) ? 1 : 0;
  result.hamming_loss = ratio(static_cast<double>(wrong), static_cast<double>(gold.size()));
  const std::size_t rows = gold.size() / width;
  result.subset_accuracy = ratio(static_cast<double>(all_right), static_cast<double>(rows));
  return result;
}

namespace {

constexpr double coin = 0.5;

// Mann and Whitney's: from the sum of the ranks of class 1, the least that it could be is taken off.
double area(std::span<const int64_t> gold, std::span<const double> ranks, int64_t label) {
  double positive = 0, sum = 0;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    if (gold[i] != label) continue;
    positive += 1;
    sum += ranks[i];
  }
  const double negative = static_cast<double>(gold.size()) - positive;
  return (sum - positive * (positive + 1) / 2) / (positive * negative);
}

bool has_both(std::span<const int64_t> gold, int64_t label) {
  const auto positive = std::ranges::count(gold, label);
  return positive > 0 && positive < std::ssize(gold);
}

}  // namespace

double roc_auc(std::span<const int64_t> gold, std::span<const double> scores) {
  require(!gold.empty() && gold.size() == scores.size(),
          "roc_auc: got {} classes and {} scores, want as many of each and at least one", gold.size(), scores.size());
  for (const int64_t label : gold) require(label == 0 || label == 1, "roc_auc: got class {}, want 0 or 1", label);
  if (has_nan(scores)) return std::numeric_limits<double>::quiet_NaN();
  return has_both(gold, 1) ? area(gold, ranks(scores), 1) : coin;
}

double roc_auc(std::span<const int64_t> gold, std::span<const double> scores, int64_t classes) {
  require(!gold.empty() && classes > 0 && scores.size() == gold.size() * to_size(classes),
          "roc_auc: got {} examples and {} scores, want [examples, {}] of at least one example", gold.size(),
          scores.size(), classes);
  for (const int64_t label : gold)
    require(label >= 0 && label < classes, "roc_auc: got class {}, want 0 to {}", label, classes - 1);
  if (has_nan(scores)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  int counted = 0;
  std::vector<double> column(gold.size());
  for (int64_t label = 0; label < classes; ++label) {
    if (!has_both(gold, label)) continue;
    for (std::size_t i = 0; i < gold.size(); ++i) column[i] = scores[i * to_size(classes) + to_size(label)];
    sum += area(gold, ranks(column), label);
    ++counted;
  }
  return counted == 0 ? coin : sum / counted;
}

}  // namespace bertlet::metrics
