#include "bert/metrics/scores.h"

#include <fmt/format.h>

#include <algorithm>

#include "bert/text/unicode/utf8.h"

namespace bertlet::metrics {

namespace {

// Adds a label's scores to a mean.
void add(Scores& mean, const Scores& label, double share) {
  mean.precision += share * label.precision;
  mean.recall += share * label.recall;
  mean.f1 += share * label.f1;
}

bool occurs(const Counts& label) { return label.predicted > 0 || label.gold > 0; }

std::string line(const std::string& name, std::size_t width, const Scores& s) {
  return fmt::format("{:<{}}  {:9.4f}  {:6.4f}  {:6.4f}  {:7g}\n", name, width, s.precision, s.recall, s.f1, s.support);
}

}  // namespace

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

Scores scores(const Counts& counts) {
  const auto& [right, predicted, gold] = counts;
  return {ratio(right, predicted), ratio(right, gold), ratio(2 * right, predicted + gold), gold};
}

Averages averages(std::span<const Counts> labels) {
  Counts sum;
  for (const Counts& label : labels)
    sum = {sum.right + label.right, sum.predicted + label.predicted, sum.gold + label.gold};
  Averages averages{.micro = scores(sum), .macro = {.support = sum.gold}, .weighted = {.support = sum.gold}};
  const auto seen = static_cast<double>(std::ranges::count_if(labels, occurs));
  for (const Counts& label : labels) {
    if (!occurs(label)) continue;
    add(averages.macro, scores(label), 1 / seen);
    add(averages.weighted, scores(label), ratio(label.gold, sum.gold));
  }
  return averages;
}

std::string table(const NamedCounts& labels) {
  std::size_t width = std::string_view("weighted").size();
  std::vector<Counts> counts;
  for (const auto& [name, label] : labels) {
    width = std::max(width, text::count_characters(name));
    counts.push_back(label);
  }
  std::string text = fmt::format("{:<{}}  precision  recall      F1  support\n", "", width);
  for (const auto& [name, label] : labels) text += line(name, width, scores(label));
  const Averages means = averages(counts);
  text += '\n' + line("micro", width, means.micro) + line("macro", width, means.macro);
  return text + line("weighted", width, means.weighted);
}

}  // namespace bertlet::metrics
