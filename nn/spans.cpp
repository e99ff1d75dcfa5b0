#include "nn/spans.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet {

Spans::Spans(std::span<const int64_t> lengths) {
  int64_t end = 0;
  for (const int64_t length : lengths) {
    require(length >= 0, "Spans: got a length of {}, want none below 0", length);
    ends_.push_back(end += length);
    longest_ = std::max(longest_, length);
  }
}

std::vector<int64_t> Spans::first_rows() const {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < count(); ++i)
    if (length(i) > 0) rows.push_back(begin(i));
  return rows;
}

Spans Spans::of(const std::vector<int64_t>& some_rows) const {
  std::vector<int64_t> lengths(ends_.size());
  for (int64_t sequence = 0; const int64_t row : some_rows) {
    while (sequence < count() && row >= end(sequence)) ++sequence;
    require(sequence < count() && row >= begin(sequence), "Spans: got row {}, want rising ones below {}", row, rows());
    ++lengths[to_size(sequence)];
  }
  return Spans(lengths);
}

}  // namespace bertlet
