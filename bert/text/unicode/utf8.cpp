#include "bert/text/unicode/utf8.h"

#include <algorithm>

#include "core/real.h"

namespace bertlet::text {

namespace {

// What the second byte may be after a first byte: this shuts out overlong forms, surrogates and what is beyond
// U+10FFFF. No length: the byte begins nothing.
struct Beginning {
  int length;
  unsigned char low, high;
};

Beginning beginning(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return {2, 0x80, 0xBF};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {3, 0x80, 0xBF};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {4, 0x80, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Decoded decode(std::string_view bytes) {
  const auto at = [&](int i) { return static_cast<unsigned char>(bytes[to_size(i)]); };
  if (at(0) < 0x80) return {at(0), 1};
  const Beginning begins = beginning(at(0));
  if (begins.length == 0) return {replacement, 1};
  char32_t c = at(0) & (0x7Fu >> begins.length);
  for (int i = 1; i < begins.length; ++i) {
    const unsigned char low = i == 1 ? begins.low : 0x80, high = i == 1 ? begins.high : 0xBF;
    if (to_size(i) == bytes.size() || at(i) < low || at(i) > high) return {replacement, i};
    c = c << 6 | (at(i) & 0x3Fu);
  }
  return {c, begins.length};
}

Decoded decode_last(std::string_view bytes) {
  for (std::size_t length = std::min<std::size_t>(4, bytes.size()); length > 1; --length) {
    const Decoded last = decode(bytes.substr(bytes.size() - length));
    if (to_size(last.length) == length) return last;
  }
  return decode(bytes.substr(bytes.size() - 1));
}

int encode(char32_t c, char* to) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (c < 0x80) return to[0] = byte(c), 1;
  if (c < 0x800) {
    to[0] = byte(0xC0 | c >> 6);
    to[1] = byte(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    to[0] = byte(0xE0 | c >> 12);
    to[1] = byte(0x80 | (c >> 6 & 0x3F));
    to[2] = byte(0x80 | (c & 0x3F));
    return 3;
  }
  to[0] = byte(0xF0 | c >> 18);
  to[1] = byte(0x80 | (c >> 12 & 0x3F));
  to[2] = byte(0x80 | (c >> 6 & 0x3F));
  to[3] = byte(0x80 | (c & 0x3F));
  return 4;
}

void append(char32_t c, std::string& to) {
  char bytes[4];
  to.append(bytes, to_size(encode(c, bytes)));
}

std::u32string decoded(std::string_view bytes) {
  std::u32string characters;
  while (!bytes.empty()) {
    const Decoded next = decode(bytes);
    characters += next.c;
    bytes.remove_prefix(to_size(next.length));
  }
  return characters;
}

std::string encoded(std::u32string_view characters) {
  std::string bytes;
  for (const char32_t c : characters) append(c, bytes);
  return bytes;
}

std::string valid_utf8(std::string_view bytes) { return encoded(decoded(bytes)); }

std::size_t count_characters(std::string_view valid) {
  return to_size(
      std::ranges::count_if(valid, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

}  // namespace bertlet::text
