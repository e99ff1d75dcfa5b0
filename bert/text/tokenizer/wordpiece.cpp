#include "bert/text/tokenizer/wordpiece.h"

#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::text {

namespace {

std::vector<Trie::Item> items_of(const Vocabulary& vocabulary) {
  std::vector<Trie::Item> items;
  for (const std::string& token : vocabulary.tokens())
    items.push_back({token, static_cast<std::int32_t>(items.size())});
  return items;
}

}  // namespace

WordPiece::WordPiece(const Vocabulary& vocabulary, int64_t unknown, int64_t longest_word)
    : trie_(items_of(vocabulary)),
      inside_(trie_.walk(Trie::root, inside_mark)),
      unknown_(unknown),
      longest_word_(to_size(longest_word)) {}

bool WordPiece::is_too_long(std::string_view word) const {
  return word.size() > longest_word_ && count_characters(word) > longest_word_;
}

void WordPiece::split(std::string_view word, std::vector<Piece>& pieces) const {
  const std::size_t before = pieces.size();
  Trie::Node begins = is_too_long(word) ? Trie::nowhere : Trie::root;
  for (std::size_t at = 0; at < word.size(); begins = inside_) {
    const Trie::Match match = begins == Trie::nowhere ? Trie::Match() : trie_.longest(begins, word.substr(at));
    if (match.length == 0) {
      pieces.resize(before);
      pieces.push_back({unknown_, word.size()});
      return;
    }
    at += match.length;
    pieces.push_back({match.value, at});
  }
}

}  // namespace bertlet::text
