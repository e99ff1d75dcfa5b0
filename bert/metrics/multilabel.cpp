#include "bert/metrics/multilabel.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet::metrics {

Multilabel multilabel(std::span<const std::int64_t> gold, std::span<const std::int64_t> predicted,
                      std::int64_t labels) {
  require(labels > 0 && !gold.empty() && gold.size() == predicted.size() && std::ssize(gold) % labels == 0,
          "multilabel: got {} gold and {} predicted values, want [examples, {}] of each and at least one example",
          gold.size(), predicted.size(), labels);
  Multilabel result{.counts = std::vector<Counts>(static_cast<std::size_t>(labels))};
  const auto width = static_cast<std::size_t>(labels);
  std::int64_t wrong = 0, all_right = 0;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    const std::int64_t want = gold[i], got = predicted[i];
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
  result.subset_accuracy = ratio(static_cast<double>(all_right), static_cast<double>(gold.size() / width));
  return result;
}

}  // namespace bertlet::metrics
