#include "bert/tasks/item.h"

#include <algorithm>

#include "bert/tasks/softmax.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::tasks {

int64_t Item::tokens() const {
  int64_t tokens = 0;
  for (const bert::Sequence& sequence : sequences) tokens += std::ssize(sequence.ids);
  return tokens;
}

bert::Batch batch_of(ItemSpan items) {
  std::vector<const bert::Sequence*> all;
  std::vector<int64_t> counts;
  for (const Item* item : items) {
    for (const bert::Sequence& sequence : item->sequences) all.push_back(&sequence);
    counts.push_back(std::ssize(item->sequences));
  }
  bert::Batch batch = bert::Batch::of(all);
  batch.groups = Spans(counts);
  return batch;
}

bert::Wanted wanted_of(ItemSpan items) {
  bert::Wanted wanted;
  std::vector<real> values;
  for (const Item* item : items) {
    wanted.labels.insert(wanted.labels.end(), item->labels.begin(), item->labels.end());
    values.insert(values.end(), item->values.begin(), item->values.end());
  }
  const int64_t count = std::ssize(items);
  require(std::ssize(values) % count == 0, "items: got {} values for {} items", values.size(), count);
  if (!values.empty()) wanted.values = Array::of({count, std::ssize(values) / count}, values);
  return wanted;
}

int64_t Output::best() const { return argmax(scores); }

std::vector<double> Output::probabilities() const { return softmax(std::vector<double>(scores.begin(), scores.end())); }

std::vector<Output> rows_of(const Tensor& scores) {
  const int64_t rows = scores.shape()[0], columns = scores.value().size() / std::max<int64_t>(rows, 1);
  std::vector<Output> to;
  for (int64_t i = 0; i < rows; ++i) {
    const real* row = scores.value().data() + i * columns;
    to.push_back({.scores = {row, row + columns}});
  }
  return to;
}

}  // namespace bertlet::tasks
