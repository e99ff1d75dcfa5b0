#include "bert/text/unicode/character.h"

#include <utf8proc.h>

#include <algorithm>
#include <initializer_list>

#include "bert/text/unicode/range.h"

namespace bertlet::text {

namespace {

constexpr Range white_space[] = {{0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                                 {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                                 {0x205F, 0x205F}, {0x3000, 0x3000}};

constexpr Range chinese[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},  {0x20000, 0x2A6DF},
                             {0x2A700, 0x2B81F}, {0x2B820, 0x2CEAF}, {0x2F800, 0x2FA1F}};
// A slip in Hugging Face's table: these are not ideographs to it.
constexpr Range missed_chinese[] = {{0x2B820, 0x2B91F}};

// Other_Lowercase and Other_Uppercase that are not letters with case.
constexpr Range other_cased[] = {{0xAA, 0xAA},       {0xBA, 0xBA},       {0x2160, 0x217F},  {0x24B6, 0x24E9},
                                 {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};
// Signs that may stand inside a word: Word_Break is MidLetter, MidNumLet or Single_Quote.
constexpr Range inside_words[] = {{0x27, 0x27},     {0x2E, 0x2E},     {0x3A, 0x3A},     {0xB7, 0xB7},
                                  {0x387, 0x387},   {0x55F, 0x55F},   {0x5F4, 0x5F4},   {0x2018, 0x2019},
                                  {0x2024, 0x2024}, {0x2027, 0x2027}, {0xFE13, 0xFE13}, {0xFE52, 0xFE52},
                                  {0xFE55, 0xFE55}, {0xFF07, 0xFF07}, {0xFF0E, 0xFF0E}, {0xFF1A, 0xFF1A}};

bool has_category(char32_t c, std::initializer_list<utf8proc_category_t> categories) {
  return std::ranges::find(categories, utf8proc_category(static_cast<utf8proc_int32_t>(c))) != categories.end();
}

bool is_ascii_sign(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

}  // namespace

bool contains(std::span<const Range> ranges, char32_t c) {
  const auto after = std::ranges::upper_bound(ranges, c, {}, &Range::first);
  return after != ranges.begin() && c <= (after - 1)->last;
}

bool is_space(char32_t c, Rules rules) {
  return contains(white_space, c) || (rules == Rules::google && c >= 0x1C && c <= 0x1F);  // as Python's split()
}

bool is_removed(char32_t c, Rules rules) {
  if (c == 0 || c == 0xFFFD) return true;
  if (c == '\t' || c == '\n' || c == '\r') return false;
  if (rules == Rules::huggingface) return contains(huggingface_other, c);
  return has_category(c, {UTF8PROC_CATEGORY_CC, UTF8PROC_CATEGORY_CF});
}

bool is_punctuation(char32_t c, Rules rules) {
  if (c < 0x80) return is_ascii_sign(c);
  if (rules == Rules::huggingface) return contains(huggingface_punctuation, c);
  return has_category(c, {UTF8PROC_CATEGORY_PC, UTF8PROC_CATEGORY_PD, UTF8PROC_CATEGORY_PS, UTF8PROC_CATEGORY_PE,
                          UTF8PROC_CATEGORY_PI, UTF8PROC_CATEGORY_PF, UTF8PROC_CATEGORY_PO});
}

bool is_mark(char32_t c, Rules rules) {
  return rules == Rules::huggingface ? contains(huggingface_marks, c) : has_category(c, {UTF8PROC_CATEGORY_MN});
}

bool is_chinese(char32_t c, Rules rules) {
  return contains(chinese, c) && !(rules == Rules::huggingface && contains(missed_chinese, c));
}

bool is_cased(char32_t c) {
  return has_category(c, {UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LT}) ||
         contains(other_cased, c);
}

bool is_case_ignorable(char32_t c) {
  return has_category(c, {UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME, UTF8PROC_CATEGORY_CF, UTF8PROC_CATEGORY_LM,
                          UTF8PROC_CATEGORY_SK}) ||
         contains(inside_words, c);
}

bool is_word_character(char32_t c) {
  return has_category(c, {UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LT, UTF8PROC_CATEGORY_LM,
                          UTF8PROC_CATEGORY_LO, UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_MC, UTF8PROC_CATEGORY_ME,
                          UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_PC});
}

bool is_alphanumeric(char32_t c) {
  return has_category(c, {UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LT, UTF8PROC_CATEGORY_LM,
                          UTF8PROC_CATEGORY_LO, UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NL, UTF8PROC_CATEGORY_NO});
}

}  // namespace bertlet::text
