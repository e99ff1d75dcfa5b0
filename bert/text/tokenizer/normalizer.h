#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bert/text/unicode/character_table.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::text {

// Where a byte comes from: the bytes of its character in the text.
struct Origin {
  std::uint32_t begin, end;
};

// A text made even: valid UTF-8, clean, perhaps without accents and capitals, spaces around ideographs.
struct Normalized {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  std::vector<Origin> origins = {};  // one per byte; none: byte i is byte i of the text
  bool moved = false;                // origins are needed

  std::string_view text() const { return {bytes.get(), size}; }
  Origin origin(std::size_t begin, std::size_t end) const {  // of a stretch that is not empty
    if (!moved) return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    return {origins[begin].begin, origins[end - 1].end};
  }
};

enum class Keep { ids, offsets };  // whether it is remembered where in the text things come from

inline constexpr std::size_t longest_text = std::size_t{1} << 31;  // in bytes

// Bytes that are not UTF-8 count as U+FFFD, which the clean-up removes.
Normalized normalized(std::string_view text, const CharacterTable& table, Keep keep);

// Calls f(begin, end) for every word of a normalised text: words end at spaces, and a sign is a word of its own.
template <class F>
void for_each_word(std::string_view text, const CharacterTable& table, const F& f) {
  const CharacterTable::Entry* ascii = table.ascii();
  std::size_t begin = 0, at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const Decoded next = byte < 0x80 ? Decoded{byte, 1} : decode(text.substr(at));
    const std::size_t end = at + to_size(next.length);
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
