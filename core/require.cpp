#include "core/require.h"

#include <algorithm>

namespace bertlet {

namespace {

std::string in_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

}  // namespace

Error::Error(std::string text) : std::runtime_error(in_one_line(std::move(text))) {}

void fail(fmt::string_view format, fmt::format_args args) { throw Error(fmt::vformat(format, args)); }

}  // namespace bertlet
