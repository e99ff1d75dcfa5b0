#include "bert/text/unicode/utf8.h"

#include "core/real.h"
#include "tests/catch.h"

namespace text = bertlet::text;

TEST_CASE("Broken UTF-8 becomes U+FFFD, one for each beginning that could have gone on") {
  const auto [bytes, want] = GENERATE(table<std::string, std::u32string>({
      {"a\x80z", U"a\uFFFDz"},
      {"\xC0\xAF", U"\uFFFD\uFFFD"},            // overlong
      {"\xE2\x82", U"\uFFFD"},                  // cut off
      {"\xE2\x82z", U"\uFFFDz"},                // interrupted
      {"\xED\xA0\x80", U"\uFFFD\uFFFD\uFFFD"},  // a surrogate
      {"\xF0\x9F\x98", U"\uFFFD"},
      {"\xF0\x9F\xC3\xA9", U"\uFFFDé"},
      {"\xF0\x80\x80", U"\uFFFD\uFFFD\uFFFD"},
      {"\xF4\x90\x80\x80", U"\uFFFD\uFFFD\uFFFD\uFFFD"},  // beyond U+10FFFF
      {"\xFF\xFE", U"\uFFFD\uFFFD"},
      {"\xF0\x9F\x98\x80", U"\U0001F600"},
  }));
  CHECK(text::decoded(bytes) == want);
}

TEST_CASE("Every code point is written and read") {
  for (char32_t c = 0; c < text::code_points; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string bytes;
    text::append(c, bytes);
    const text::Decoded front = text::decode(bytes + "a"), back = text::decode_last("a" + bytes);
    if (front.c != c || back.c != c || bertlet::to_size(front.length) != bytes.size() || back.length != front.length)
      FAIL("code point " << static_cast<std::uint32_t>(c));
  }
}
