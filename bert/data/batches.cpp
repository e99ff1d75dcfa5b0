#include "bert/data/batches.h"

#include <algorithm>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

std::vector<int64_t> cut_batches(std::span<const int64_t> lengths, int64_t tokens) {
  std::vector<int64_t> ends;
  int64_t used = 0;
  for (int64_t i = 0; i < std::ssize(lengths); ++i) {
    const int64_t length = lengths[to_size(i)];
    if (used > 0 && used + length > tokens) {
      ends.push_back(i);
      used = 0;
    }
    used += length;
  }
  if (!lengths.empty()) ends.push_back(std::ssize(lengths));
  return ends;
}

PretrainingBatch to_batch(std::span<const Instance> instances) {
  require(!instances.empty(), "batch: got no instance, want at least one");
  std::vector<bert::Sequence> sequences;
  PretrainingBatch batch;
  std::vector<int64_t>& labels = batch.wanted.labels;
  for (const Instance& instance : instances) {
    bert::Sequence& sequence = sequences.emplace_back(bert::Sequence{instance.ids});
    sequence.types.resize(instance.ids.size(), 0);
    std::fill(sequence.types.begin() + instance.second, sequence.types.end(), 1);
    const std::size_t begin = labels.size();
    labels.resize(begin + instance.ids.size(), no_label);
    for (const Hidden& hidden : instance.hidden) labels[begin + to_size(hidden.position)] = hidden.id;
    batch.wanted.next.push_back(static_cast<int64_t>(instance.pair));
  }
  batch.rows = bert::Batch::of(sequences);
  return batch;
}

}  // namespace bertlet::data
