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
  const int64_t sequences = std::ssize(instances), length = std::ranges::max(instances, {}, &Instance::size).size();
  const auto places = static_cast<std::size_t>(sequences * length);
  PretrainingBatch batch{.inputs = {.sequences = sequences,
                                    .length = length,
                                    .ids = std::vector<int64_t>(places, pad_id),
                                    .token_types = std::vector<int64_t>(places),
                                    .mask = Array::zeros({sequences, length})},
                         .labels = {.words = std::vector<int64_t>(places, -100), .next = {}}};
  for (int64_t i = 0; i < sequences; ++i) {
    const Instance& instance = instances[static_cast<std::size_t>(i)];
    const int64_t begin = i * length;  // of the row
    std::ranges::copy(instance.ids, batch.inputs.ids.begin() + begin);
    std::fill(batch.inputs.token_types.begin() + begin + instance.second,
              batch.inputs.token_types.begin() + begin + instance.size(), 1);
    std::fill_n(batch.inputs.mask.data() + begin, instance.size(), real{1});
    for (const Hidden& hidden : instance.hidden)
      batch.labels.words[static_cast<std::size_t>(begin + hidden.position)] = hidden.id;
    batch.labels.next.push_back(static_cast<int64_t>(instance.pair));
  }
  return batch;
}

}  // namespace bertlet::data
