#pragma once
#include <span>
#include <vector>

#include "core/tensor.h"
#include "nn/ops/attention.h"
#include "nn/ops/label.h"
#include "nn/spans.h"

namespace bertlet::bert {

// What a caller has, in Hugging Face's shapes: B sequences padded to T tokens each.
struct Padded {
  int64_t sequences = 0, length = 0;      // B, T
  std::vector<int64_t> ids = {};          // [B, T]
  std::vector<int64_t> token_types = {};  // [B, T]; if not given, 0
  std::vector<int64_t> positions = {};    // [B, T]; if not given, 0, 1, 2, … in each sequence
  Array mask = {};                        // [B, T]: 0 at pads; or [B, T, T]: 0 where a query must not see a key
  Tensor embeddings = {};                 // [B, T, H] in the place of ids
};

// Texts of unequal lengths side by side, with pads behind the shorter ones and a mask that says where.
Padded side_by_side(std::span<const std::vector<int64_t>> texts, int64_t pad = 0);

enum class Padding {
  pack,  // pads are no rows: nothing is computed for them, and results are 0 there
  keep,  // pads are rows like any other that no row looks at, as Hugging Face computes them
};

// A row that may look at nobody looks at all rows alike, as in Hugging Face: with Padding::keep, and with a mask of
// pairs. Packed, such a row is a pad in front, of which no result is wanted, and sees nothing.

// What the model computes with: the rows of the sequences one after another. A sequence's rows go from its first token
// to its last real one, so that a mask with a gap or a pad in front leaves distances, and the row that the pooler
// takes, as they are; such a row is hidden from attention and counts in no result.
//
//   const Batch batch = pack({.sequences = 2, .length = 3, .ids = {101, 7592, 102, 101, 102, 0}, .mask = mask});
//   Array states = unpack(batch, encoded.last_hidden_state.value());    // [2, 3, H]
struct Batch {
  std::vector<int64_t> ids, token_types, positions;  // [N]
  Tensor embeddings;                                 // [N, H] in the place of ids
  Spans spans;
  AttentionMask mask;
  int64_t length;               // T
  std::vector<int64_t> places;  // [N]: the row's place in [B, T]
  std::vector<bool> counts;     // [N]: whether it is a token of which results are wanted

  int64_t sequences() const { return spans.count(); }
  int64_t rows() const { return spans.rows(); }
};

Batch pack(const Padded& padded, Padding padding = Padding::pack);

// Labels in the caller's shape [B, T] as one for each row, `ignored` where the row does not count.
std::vector<int64_t> pack_labels(const Batch& batch, const std::vector<int64_t>& labels, int64_t ignored = no_label);

// Rows [N, …] in the caller's shape [B, T, …], zeros where there is no row that counts.
Array unpack(const Batch& batch, const Array& rows);

// Probabilities [A, from, to] of each sequence as [B, A, T, keys]: T of them, or as many as the longest of the
// sequences looked at.
Array unpack_attentions(const Batch& batch, const std::vector<Array>& probabilities, int64_t keys);

}  // namespace bertlet::bert
