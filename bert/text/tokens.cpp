#include "bert/text/tokens.h"

#include "bert/text/utf8.h"

namespace bertlet::text {

namespace {

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(byte));
  return all < 0x80;
}

// How many characters begin before each byte, and before the end.
std::vector<std::uint32_t> characters_before(std::string_view text) {
  std::vector<std::uint32_t> before;
  before.reserve(text.size() + 1);
  std::uint32_t count = 0;
  for (; !text.empty(); ++count) {
    const auto length = static_cast<std::size_t>(decode(text).length);
    before.push_back(count);
    before.insert(before.end(), length - 1, count + 1);
    text.remove_prefix(length);
  }
  before.push_back(count);
  return before;
}

}  // namespace

std::vector<Span> character_spans(std::string_view text, const std::vector<Span>& bytes) {
  if (is_ascii(text)) return bytes;
  const std::vector<std::uint32_t> before = characters_before(text);
  std::vector<Span> spans;
  spans.reserve(bytes.size());
  for (const Span& span : bytes)
    spans.push_back({before[static_cast<std::size_t>(span.begin)], before[static_cast<std::size_t>(span.end)]});
  return spans;
}

}  // namespace bertlet::text
