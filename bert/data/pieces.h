#pragma once
#include <string>
#include <vector>

#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::data {

// Sixteen digits that differ, as good as always, between vocabularies that differ.
std::string fingerprint(const text::Vocabulary& vocabulary);

// What instances need to know of a vocabulary.
struct Pieces {
  int64_t cls, sep, mask, size;
  std::vector<bool> continues;  // by id: whether it is written ##… and continues a word
  std::string vocabulary;       // its fingerprint

  explicit Pieces(const text::Tokenizer& tokenizer);
};

}  // namespace bertlet::data
