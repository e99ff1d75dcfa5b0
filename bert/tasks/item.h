#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "bert/model/batch.h"

namespace bertlet::tasks {

// A text as a model sees it.
struct Sequence {
  std::vector<std::int64_t> ids, types;
};

// What a model is given for an example, and what is wanted of it.
struct Item {
  std::vector<Sequence> sequences = {};  // one; or the endings to choose from, a long text's windows, two texts apart
  std::vector<std::int64_t> labels =
      {};                         // a class; of each token one, −100 where none; where an answer begins and ends
  std::vector<real> values = {};  // a number; or for each label whether it holds

  std::int64_t tokens() const;
};
using ItemSpan = std::span<const Item* const>;

// All sequences of the items, one after another.
bert::Batch batch_of(ItemSpan items);
std::vector<std::int64_t> labels_of(ItemSpan items);
Array values_of(ItemSpan items);     // [items, values]
Spans sequences_of(ItemSpan items);  // which of the batch's sequences are each item's

}  // namespace bertlet::tasks
