#pragma once
#include <span>

#include "core/array.h"
#include "nn/spans.h"

namespace bertlet {

struct RowRange {
  int64_t begin, count;
};

// The keys and values of all rows so far, of several sequences that grow together: a decoder computes those of the new
// rows only. Each sequence has room to grow, so that appending costs what is appended.
//
//   KeyValueCache cache;
//   while (…) {
//     cache.append(key(x).value(), value(x).value(), spans);        // x[N, H]: the new rows of every sequence
//     y = attention(query(x).value(), spans, cache, {.heads = 12, .causal = true});
//   }
class KeyValueCache {
 public:
  void append(const Array& keys, const Array& values, const Spans& spans);

  // Sequence i goes on from what sequence sequences[i] holds: what a beam search needs.
  void select(std::span<const int64_t> sequences);

  int64_t count() const { return static_cast<int64_t>(rows_.size()); }
  int64_t length(int64_t i) const { return rows_[to_size(i)].count; }
  Array keys(int64_t i) const { return part(keys_, i); }  // of one sequence, on the cache's memory
  Array values(int64_t i) const { return part(values_, i); }

  // Of all sequences, with room between them, and where each sequence lies.
  const Array& keys() const { return keys_; }
  const Array& values() const { return values_; }
  const std::vector<RowRange>& rows() const { return rows_; }

 private:
  Array part(const Array& of, int64_t i) const;
  void make_room(const Spans& spans);
  void rearrange(std::span<const int64_t> sequences, int64_t room);

  Array keys_, values_;
  std::vector<RowRange> rows_;
  int64_t room_ = 0;  // rows for each sequence
};

}  // namespace bertlet
