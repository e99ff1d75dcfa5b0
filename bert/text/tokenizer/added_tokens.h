#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/tokenizer/trie.h"

namespace bertlet::text {

// A token that is found in a text as it stands, before the text is cut into words: [MASK], or a name of your own.
struct AddedToken {
  std::string content;
  bool special = true;                  // left out when decoding without special tokens
  bool single_word = false;             // not inside a word
  bool lstrip = false, rstrip = false;  // takes the spaces on that side with it
  bool normalized = false;              // looked for in the normalised text, so in any case for an uncased model
  bool alone = false;                   // only between spaces or ideographs: how never_split is meant
};

// Finds added tokens: the first, and of those that begin there the longest.
class AddedTokens {
 public:
  struct Item {
    AddedToken token;
    int64_t id;
  };
  AddedTokens() = default;
  explicit AddedTokens(std::vector<Item> items);

  struct Found {
    std::size_t begin, end;  // with the spaces that belong to it
    int64_t id;
  };
  // At or after `from`, where the last one ended.
  std::optional<Found> next(std::string_view text, std::size_t from) const;
  bool empty() const { return items_.empty(); }

 private:
  bool is_allowed(const AddedToken& token, std::string_view before, std::string_view after) const;

  std::vector<Item> items_;
  Trie trie_;
  std::array<bool, 256> begins_ = {};  // whether a token begins with this byte
};

}  // namespace bertlet::text
