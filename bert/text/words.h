#pragma once
#include <string_view>

#include "bert/text/character_table.h"
#include "bert/text/utf8.h"

namespace bertlet::text {

// Calls f(begin, end) for every word of a normalised text: words end at spaces, and a sign is a word of its own.
template <class F>
void for_each_word(std::string_view text, const CharacterTable& table, const F& f) {
  const CharacterTable::Entry* ascii = table.ascii();
  std::size_t begin = 0, at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const Decoded next = byte < 0x80 ? Decoded{byte, 1} : decode(text.substr(at));
    const std::size_t end = at + static_cast<std::size_t>(next.length);
    const int bits = byte < 0x80 ? ascii[byte].bits : table.entry(next.c).bits;
    if ((bits & (CharacterTable::space | CharacterTable::sign)) != 0) {
      if (begin < at) f(begin, at);
      if ((bits & CharacterTable::sign) != 0) f(at, end);
      begin = end;
    }
    at = end;
  }
  if (begin < at) f(begin, at);
}

}  // namespace bertlet::text
