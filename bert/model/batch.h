#pragma once
#include <span>
#include <vector>

#include "core/tensor.h"
#include "nn/attention/attention.h"
#include "nn/losses/losses.h"
#include "nn/spans.h"

namespace bertlet::bert {

// A text as a model sees it.
struct Sequence {
  std::vector<int64_t> ids, types = {};  // types: 0 if not given
};

// What the model computes with: the rows of the sequences one after another. There are no pads.
//
//   const Batch batch = Batch::of({{.ids = {101, 7592, 102}}, {.ids = {101, 102}}});
//   batch.spans                                                          // rows 0 … 2 and 3 … 4
struct Batch {
  std::vector<int64_t> ids, token_types, positions;  // [N]
  Tensor embeddings;                                 // [N, H] in the place of ids
  Spans spans;
  Spans groups;  // which sequences belong together: endings to choose from, windows of a text, two texts of a pair;
                 // empty: each is by itself
  AttentionMask mask;

  // Of each sequence all rows count, and their positions are 0, 1, 2, …
  static Batch of(std::span<const Sequence> sequences);
  static Batch of(std::span<const Sequence* const> sequences);
  static Batch of(std::initializer_list<Sequence> sequences) {
    return of(std::span(sequences.begin(), sequences.size()));
  }

  int64_t sequences() const { return spans.count(); }
  int64_t rows() const { return spans.rows(); }

  // Whether results of the row are wanted. Nothing sees a row that is hidden, and as it sees nothing either, it is a
  // pad in front of a token.
  bool counts(int64_t row) const;
};

}  // namespace bertlet::bert
