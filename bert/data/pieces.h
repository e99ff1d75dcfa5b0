#pragma once
#include <vector>

#include "bert/text/tokenizer.h"

namespace bertlet::data {

// What instances need to know of a vocabulary.
struct Pieces {
  int64_t cls, sep, mask, size;
  std::vector<bool> continues;  // by id: whether it is written ##… and continues a word

  explicit Pieces(const text::Tokenizer& tokenizer);
};

}  // namespace bertlet::data
