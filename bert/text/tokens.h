#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/nth.h"

namespace bertlet::text {

struct Span {
  std::int64_t begin = 0, end = 0;
  bool operator==(const Span&) const = default;
};

// The part of a text that such bytes are.
inline std::string_view stretch(std::string_view text, Span bytes) {
  return text.substr(nth(bytes.begin), nth(bytes.end - bytes.begin));
}

// What a text was cut into. All but the ids is there only if offsets were asked for.
struct Tokens {
  std::vector<std::int64_t> ids;
  std::vector<Span> bytes, characters;  // where in the text; a broken byte sequence counts as one character
  std::vector<std::int64_t> words;      // which word of the text, 0, 1, 2, …
};

// Turns spans of bytes into spans of characters.
std::vector<Span> character_spans(std::string_view text, const std::vector<Span>& bytes);

}  // namespace bertlet::text
