#include "bert/data/batches.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet::data {

std::vector<int64_t> cut_batches(std::span<const int64_t> lengths, int64_t tokens) {
  std::vector<int64_t> ends;
  int64_t used = 0;
  for (int64_t i = 0; i < std::ssize(lengths); ++i) {
    const int64_t length = lengths[static_cast<std::size_t>(i)];
    if (used > 0 && used + length > tokens) {
      ends.push_back(i);
      used = 0;
    }
    used += length;
  }
  if (!lengths.empty()) ends.push_back(std::ssize(lengths));
  return ends;
}

PretrainingBatch to_batch(std::span<const Instance> instances, int64_t pad_id) {
  require(!instances.empty(), "batch: got no instance, want at least one");
  std::vector<std::vector<int64_t>> ids;
  for (const Instance& instance : instances) ids.push_back(instance.ids);
  PretrainingBatch batch{.inputs = bert::side_by_side(ids, pad_id), .labels = {}};
  batch.inputs.token_types.resize(batch.inputs.ids.size());
  batch.labels.words.assign(batch.inputs.ids.size(), no_label);
  for (int64_t begin = 0; const Instance& instance : instances) {
    std::fill(batch.inputs.token_types.begin() + begin + instance.second,
              batch.inputs.token_types.begin() + begin + instance.size(), 1);
    for (const Hidden& hidden : instance.hidden)
      batch.labels.words[static_cast<std::size_t>(begin + hidden.position)] = hidden.id;
    batch.labels.next.push_back(static_cast<int64_t>(instance.pair));
    begin += batch.inputs.length;
  }
  return batch;
}

}  // namespace bertlet::data
