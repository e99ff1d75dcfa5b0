#include "bert/view/markup.h"

#include <fmt/format.h>

#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::view {

namespace {

bool is_shown(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool turns_the_direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return !control && !turns_the_direction && c != 0xFFFE && c != 0xFFFF;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string to;
  while (!text.empty()) {
    const text::Decoded next = text::decode(text);
    text::append(is_shown(next.c) ? next.c : text::replacement, to);
    text.remove_prefix(to_size(next.length));
  }
  return to;
}

std::string escaped(std::string_view text) {
  std::string to;
  for (const char c : printable(text)) {
    const std::string_view instead = entity(c);
    if (instead.empty())
      to.push_back(c);
    else
      to.append(instead);
  }
  return to;
}

std::string boxed_table(const std::string& name, const std::string& rows, const char* classes) {
  return fmt::format(
      "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"{}\">\n{}</table></div>\n",
      escaped(name), classes, rows);
}

std::string numbers_behind(const std::string& name, const std::string& rows) {
  return "<details><summary>Numbers</summary>\n" + boxed_table(name + ", numbers", rows) + "</details>\n";
}

}  // namespace bertlet::view
