#pragma once
#include "bert/metrics/scores.h"

namespace bertlet::metrics {

// Several labels at once. Gold and predicted are [examples, labels], a 1 for each label that an example has and 0 for
// the others. F1 comes from averages(counts).
struct Multilabel {
  double subset_accuracy = 0;  // examples in which every label is right
  double hamming_loss = 0;     // the share of wrong labels
  std::vector<Counts> counts = {};
};
Multilabel multilabel(std::span<const std::int64_t> gold, std::span<const std::int64_t> predicted, std::int64_t labels);

}  // namespace bertlet::metrics
