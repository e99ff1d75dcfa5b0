#include "bert/tasks/item.h"

#include "core/require.h"

namespace bertlet::tasks {

std::int64_t Item::tokens() const {
  std::int64_t tokens = 0;
  for (const Sequence& sequence : sequences) tokens += std::ssize(sequence.ids);
  return tokens;
}

bert::Batch batch_of(ItemSpan items) {
  std::vector<std::vector<std::int64_t>> ids, types;
  for (const Item* item : items)
    for (const Sequence& sequence : item->sequences) {
      ids.push_back(sequence.ids);
      types.push_back(sequence.types);
    }
  bert::Padded padded = bert::side_by_side(ids);
  padded.token_types = bert::side_by_side(types).ids;
  return bert::pack(padded);
}

std::vector<std::int64_t> labels_of(ItemSpan items) {
  std::vector<std::int64_t> labels;
  for (const Item* item : items) labels.insert(labels.end(), item->labels.begin(), item->labels.end());
  return labels;
}

Array values_of(ItemSpan items) {
  std::vector<real> values;
  for (const Item* item : items) values.insert(values.end(), item->values.begin(), item->values.end());
  const std::int64_t count = std::ssize(items);
  require(count > 0 && std::ssize(values) % count == 0, "items: got {} values for {} items", values.size(), count);
  return Array::of({count, std::ssize(values) / count}, values);
}

Spans sequences_of(ItemSpan items) {
  std::vector<std::int64_t> counts;
  for (const Item* item : items) counts.push_back(std::ssize(item->sequences));
  return Spans(counts);
}

}  // namespace bertlet::tasks
