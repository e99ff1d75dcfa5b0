#include "bert/tasks/item.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

// NaN, which has no order, counts as the least.
real ordered(real score) { return std::isnan(score) ? -std::numeric_limits<real>::infinity() : score; }

}  // namespace

int64_t Item::tokens() const {
  int64_t tokens = 0;
  for (const bert::Sequence& sequence : sequences) tokens += std::ssize(sequence.ids);
  return tokens;
}

void Item::add(text::Encoding sequence) {
  sequences.push_back({std::move(sequence.ids), std::move(sequence.types)});
  characters.insert(characters.end(), sequence.characters.begin(), sequence.characters.end());
}

std::vector<text::Encoding> windows_of(text::Encoding first) {
  std::vector<text::Encoding> windows = std::move(first.overflow);
  windows.insert(windows.begin(), std::move(first));
  return windows;
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

std::vector<double> softmax(std::span<const double> scores) {
  if (scores.empty()) return {};
  const double most = std::ranges::max(scores);
  std::vector<double> shares;
  double sum = 0;
  for (const double score : scores) sum += shares.emplace_back(std::exp(score - most));
  for (double& share : shares) share /= sum;
  return shares;
}

std::vector<int64_t> best_places(std::span<const real> scores, int64_t n) {
  std::vector<int64_t> places(scores.size());
  std::iota(places.begin(), places.end(), 0);
  const auto kept = places.begin() + std::clamp<int64_t>(n, 0, std::ssize(places));
  std::partial_sort(places.begin(), kept, places.end(), [&](int64_t a, int64_t b) {
    const real first = ordered(scores[to_size(a)]), second = ordered(scores[to_size(b)]);
    return first != second ? first > second : a < b;
  });
  places.erase(kept, places.end());
  return places;
}

}  // namespace bertlet::tasks
