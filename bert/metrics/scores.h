#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bertlet::metrics {

double ratio(double part, double whole);  // 0 / 0 is 0

// What is counted for a label: how often it was found where it is, found at all, and is there.
struct Counts {
  double right = 0, predicted = 0, gold = 0;
};

struct Scores {
  double precision = 0;  // right / predicted
  double recall = 0;     // right / gold
  double f1 = 0;         // 2 right / (predicted + gold), their harmonic mean
  double support = 0;    // gold
};
Scores scores(const Counts& counts);

struct Averages {
  Scores micro;     // of the sums of the counts: what is frequent counts for more
  Scores macro;     // the mean over labels, whatever their size
  Scores weighted;  // the mean over labels by their support
};
Averages averages(std::span<const Counts> labels);  // labels that are neither predicted nor there do not count

// A line for each label and each average: precision, recall, F1, support.
using NamedCounts = std::vector<std::pair<std::string, Counts>>;
std::string table(const NamedCounts& labels);

}  // namespace bertlet::metrics
