#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "bert/text/tokenizer/trie.h"
#include "bert/text/vocabulary/vocabulary.h"

namespace bertlet::text {

inline constexpr std::string_view inside_mark = "##";  // stands before a piece that continues a word

struct Piece {
  int64_t id;
  std::size_t end;  // in bytes of the word
};

// Cuts a word into the longest pieces of a vocabulary, from left to right: un ##want ##ed. Pieces after the first are
// written with inside_mark in front. A word that cannot be cut to its end, or is too long, is one unknown piece.
class WordPiece {
 public:
  WordPiece(const Vocabulary& vocabulary, int64_t unknown, int64_t longest_word);

  void split(std::string_view word, std::vector<Piece>& pieces) const;  // adds to the pieces

 private:
  bool is_too_long(std::string_view word) const;

  Trie trie_;
  Trie::Node inside_;  // where "##" leads: the pieces after the first begin here
  int64_t unknown_;
  std::size_t longest_word_;  // in characters
};

}  // namespace bertlet::text
