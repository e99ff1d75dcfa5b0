#include "bert/view/terminal.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::view {

namespace {

struct Shade {
  int background, ink;  // of a terminal's 256 colours
};
constexpr int black = 16, white = 231;
constexpr std::array<Shade, 5> blues = {{{195, black}, {153, black}, {111, black}, {69, black}, {25, white}}};
constexpr std::array<Shade, 5> oranges = {{{230, black}, {223, black}, {216, black}, {209, black}, {166, black}}};

int width_of(char32_t c) { return utf8proc_charwidth(static_cast<utf8proc_int32_t>(c)); }

// The longest beginning that takes no more columns.
std::string_view beginning(std::string_view text, int64_t columns) {
  std::size_t end = 0;
  while (end < text.size()) {
    const text::Decoded next = text::decode(text.substr(end));
    columns -= width_of(next.c);
    if (columns < 0) break;
    end += to_size(next.length);
  }
  return text.substr(0, end);
}

std::string spaces(int64_t count) { return std::string(to_size(std::max<int64_t>(0, count)), ' '); }

std::string cut(std::string_view text, int64_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  return std::string(beginning(text, columns - 1)) + "…";
}

}  // namespace

int64_t columns_of(std::string_view text) {
  int64_t columns = 0;
  while (!text.empty()) {
    const text::Decoded next = text::decode(text);
    columns += width_of(next.c);
    text.remove_prefix(to_size(next.length));
  }
  return columns;
}

std::string fitted(std::string_view text, int64_t columns) {
  const std::string to = cut(text, columns);
  return to + spaces(columns - columns_of(to));
}

std::string right_fitted(std::string_view text, int64_t columns) {
  const std::string to = cut(text, columns);
  return spaces(columns - columns_of(to)) + to;
}

std::string shaded(std::string_view text, double share, Colours colours) {
  const double size = std::min(1.0, std::abs(share));
  const auto level = to_size(size * static_cast<double>(blues.size()) + 0.5);
  if (colours == Colours::no || level == 0 || std::isnan(share)) return std::string(text);
  const Shade shade = (share > 0 ? blues : oranges)[level - 1];
  return fmt::format("\033[48;5;{};38;5;{}m{}\033[0m", shade.background, shade.ink, text);
}

}  // namespace bertlet::view
