#include "core/require.h"

#include <algorithm>

#include "core/warning.h"

namespace bertlet {

namespace {

constexpr std::size_t longest = 4000;  // in bytes

}  // namespace

std::string in_one_line(std::string text) {
  if (text.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // in the middle of a character
    text.resize(end);
    text += " …";
  }
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

Error::Error(std::string text) : std::runtime_error(in_one_line(std::move(text))) {}

void fail(fmt::string_view format, fmt::format_args args) { throw Error(fmt::vformat(format, args)); }

}  // namespace bertlet
