#include "bert/heads/head.h"

namespace bertlet::bert {

LabelledRows::LabelledRows(const std::vector<int64_t>& of_rows) {
  for (std::size_t row = 0; row < of_rows.size(); ++row) {
    if (of_rows[row] == no_label) continue;
    rows.push_back(static_cast<int64_t>(row));
    labels.push_back(of_rows[row]);
  }
}

Spans LabelledRows::spans(const Spans& sequences) const {
  std::vector<int64_t> lengths(to_size(sequences.count()));
  for (int64_t sequence = 0; const int64_t row : rows) {
    while (row >= sequences.end(sequence)) ++sequence;
    ++lengths[to_size(sequence)];
  }
  return Spans(lengths);
}

}  // namespace bertlet::bert
