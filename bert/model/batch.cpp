#include "bert/model/batch.h"

#include "core/require.h"

namespace bertlet::bert {

Batch Batch::of(std::span<const Sequence> sequences) {
  std::vector<const Sequence*> all;
  for (const Sequence& sequence : sequences) all.push_back(&sequence);
  return of(all);
}

Batch Batch::of(std::span<const Sequence* const> sequences) {
  require(!sequences.empty(), "batch: got no sequences, want some");
  Batch batch;
  std::vector<int64_t> lengths;
  for (const Sequence* sequence : sequences) {
    const auto length = std::ssize(sequence->ids);
    require(sequence->types.empty() || std::ssize(sequence->types) == length, "batch: got {} types for {} ids",
            sequence->types.size(), length);
    batch.ids.insert(batch.ids.end(), sequence->ids.begin(), sequence->ids.end());
    batch.token_types.insert(batch.token_types.end(), sequence->types.begin(), sequence->types.end());
    batch.token_types.resize(batch.ids.size(), 0);
    for (int64_t t = 0; t < length; ++t) batch.positions.push_back(t);
    lengths.push_back(length);
  }
  batch.spans = Spans(lengths);
  require(batch.rows() > 0, "batch: got sequences without tokens, want some");
  return batch;
}

bool Batch::counts(int64_t row) const {
  return !mask.keys || mask.fully_masked == FullyMasked::average || mask.keys[row] != 0;
}

}  // namespace bertlet::bert
