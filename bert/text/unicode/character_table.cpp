#include "bert/text/unicode/character_table.h"

#include <utf8proc.h>

#include "bert/text/unicode/range.h"
#include "bert/text/unicode/utf8.h"

namespace bertlet::text {

namespace {

constexpr char32_t dotted_capital_i = 0x130;

// Beyond the first plane, Hugging Face's table of decompositions stays at what Unicode 8 had.
constexpr Range huggingface_decomposes[] = {{0x0, 0xFFFF},      {0x1109A, 0x110AB}, {0x1112E, 0x1112F},
                                            {0x1134B, 0x1134C}, {0x114BB, 0x114BE}, {0x115BA, 0x115BB},
                                            {0x1D15E, 0x1D164}, {0x1D1BB, 0x1D1C0}, {0x2F800, 0x2FA1D}};

bool orders(char32_t c, const TextOptions& options) {
  for (const char32_t part : decomposed(c, options.rules))
    if (combining_class(part) != 0 && !is_mark(part, options.rules)) return true;
  return false;
}

bool depends_on_neighbours(char32_t c, const TextOptions& options) {
  if (options.lowers() && options.rules == Rules::google && c == capital_sigma) return true;
  return options.strips() && orders(c, options);
}

}  // namespace

std::u32string decomposed(char32_t c, Rules rules) {
  if (rules == Rules::huggingface && !contains(huggingface_decomposes, c)) return {c};
  utf8proc_int32_t parts[8];
  int boundary = 0;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
  const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts, 8, options, &boundary);
  return count <= 0 ? std::u32string{c} : std::u32string(parts, parts + count);
}

std::u32string lower(char32_t c) {
  if (c == dotted_capital_i) return U"i\u0307";
  return {static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)))};
}

std::uint8_t combining_class(char32_t c) {
  return static_cast<std::uint8_t>(utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class);
}

std::u32string folded(char32_t c, const TextOptions& options) {
  if (!options.basic) return {c};
  if (options.clean && is_removed(c, options.rules)) return {};
  if (options.clean && is_space(c, options.rules)) return U" ";
  std::u32string result;
  for (const char32_t part : options.strips() ? decomposed(c, options.rules) : std::u32string{c})
    if (!options.strips() || !is_mark(part, options.rules))
      result += options.lowers() ? lower(part) : std::u32string{part};
  return options.chinese && is_chinese(c, options.rules) ? U" " + result + U" " : result;
}

std::string_view CharacterTable::becomes(char32_t c) const {
  const Page& its = page(c);
  const Entry entry = its[c % page_size];
  return {its.bytes.data() + entry.offset, entry.length};
}

std::uint8_t CharacterTable::bits_of(char32_t c, std::u32string_view becomes) const {
  int bits = 0;
  const std::string bytes = encoded(becomes);
  if (becomes.size() == 1 && bytes.size() == encoded({&c, 1}).size()) bits |= same_shape;
  if (options_.basic && depends_on_neighbours(c, options_)) bits |= in_context;
  if (is_space(c, options_.basic ? options_.rules : Rules::google))
    bits |= space;
  else if (options_.basic && is_punctuation(c, options_.rules))
    bits |= sign;
  return static_cast<std::uint8_t>(bits);
}

const CharacterTable::Page& CharacterTable::make_page(char32_t number) const {
  auto made = std::make_unique<Page>();
  for (char32_t i = 0; i < page_size; ++i) {
    const char32_t c = number * page_size + i;
    const std::u32string becomes = folded(c, options_);
    const std::string bytes = encoded(becomes);
    made->entries[i] = {static_cast<std::uint16_t>(made->bytes.size()), static_cast<std::uint8_t>(bytes.size()),
                        bits_of(c, becomes)};
    made->bytes += bytes;
  }
  const Page* expected = nullptr;
  if (!pages_[number].compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
    return *expected;  // another thread was faster
  return *made.release();
}

CharacterTable::~CharacterTable() {
  for (const auto& page : pages_) delete page.load(std::memory_order_relaxed);
}

}  // namespace bertlet::text
