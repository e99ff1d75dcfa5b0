#pragma once
#include <string>
#include <string_view>

namespace bertlet::text {

inline constexpr char32_t replacement = 0xFFFD;  // stands for bytes that are not UTF-8
inline constexpr char32_t code_points = 0x110000;

struct Decoded {
  char32_t c;
  int length;  // in bytes, at least 1
};

// The code point at the front of `bytes`, which is not empty. Bytes that are not UTF-8 become U+FFFD, one for each
// longest beginning of a sequence that could have been one: as Python's errors="replace" and Rust's from_utf8_lossy.
Decoded decode(std::string_view bytes);
Decoded decode_last(std::string_view bytes);  // the one at the end

int encode(char32_t c, char* to);  // writes up to 4 bytes and returns how many
void append(char32_t c, std::string& to);

std::u32string decoded(std::string_view bytes);
std::string encoded(std::u32string_view characters);
std::string valid_utf8(std::string_view bytes);  // broken bytes replaced

// How many code points begin in valid UTF-8.
std::size_t count_characters(std::string_view valid);

}  // namespace bertlet::text
