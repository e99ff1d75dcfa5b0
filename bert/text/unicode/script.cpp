#include <utf8proc.h>

#include <algorithm>

#include "bert/text/unicode/character.h"

namespace bertlet::text {

namespace {

struct Block {
  char32_t first, last;
  std::string_view script;
};

// Where the letters of a script lie, by Unicode's blocks.
constexpr Block blocks[] = {
    {0x41, 0x24F, "Latin"},       {0x250, 0x2AF, "Latin"},      {0x370, 0x3FF, "Greek"},
    {0x400, 0x52F, "Cyrillic"},   {0x530, 0x58F, "Armenian"},   {0x590, 0x5FF, "Hebrew"},
    {0x600, 0x6FF, "Arabic"},     {0x700, 0x74F, "Syriac"},     {0x750, 0x77F, "Arabic"},
    {0x8A0, 0x8FF, "Arabic"},     {0x900, 0x97F, "Devanagari"}, {0x980, 0x9FF, "Bengali"},
    {0xA00, 0xA7F, "Gurmukhi"},   {0xA80, 0xAFF, "Gujarati"},   {0xB00, 0xB7F, "Oriya"},
    {0xB80, 0xBFF, "Tamil"},      {0xC00, 0xC7F, "Telugu"},     {0xC80, 0xCFF, "Kannada"},
    {0xD00, 0xD7F, "Malayalam"},  {0xD80, 0xDFF, "Sinhala"},    {0xE00, 0xE7F, "Thai"},
    {0xE80, 0xEFF, "Lao"},        {0xF00, 0xFFF, "Tibetan"},    {0x1000, 0x109F, "Myanmar"},
    {0x10A0, 0x10FF, "Georgian"}, {0x1100, 0x11FF, "Hangul"},   {0x1200, 0x139F, "Ethiopic"},
    {0x13A0, 0x13FF, "Cherokee"}, {0x1780, 0x17FF, "Khmer"},    {0x1800, 0x18AF, "Mongolian"},
    {0x1C80, 0x1C8F, "Cyrillic"}, {0x1C90, 0x1CBF, "Georgian"}, {0x1D00, 0x1DBF, "Latin"},
    {0x1E00, 0x1EFF, "Latin"},    {0x1F00, 0x1FFF, "Greek"},    {0x2C60, 0x2C7F, "Latin"},
    {0x2DE0, 0x2DFF, "Cyrillic"}, {0x3005, 0x3007, "Han"},      {0x3040, 0x309F, "Hiragana"},
    {0x30A0, 0x30FF, "Katakana"}, {0x3130, 0x318F, "Hangul"},   {0x31F0, 0x31FF, "Katakana"},
    {0x3400, 0x4DBF, "Han"},      {0x4E00, 0x9FFF, "Han"},      {0xA640, 0xA69F, "Cyrillic"},
    {0xA720, 0xA7FF, "Latin"},    {0xA960, 0xA97F, "Hangul"},   {0xAB30, 0xAB6F, "Latin"},
    {0xAC00, 0xD7FF, "Hangul"},   {0xF900, 0xFAFF, "Han"},      {0xFB00, 0xFB06, "Latin"},
    {0xFB13, 0xFB17, "Armenian"}, {0xFB1D, 0xFB4F, "Hebrew"},   {0xFB50, 0xFDFF, "Arabic"},
    {0xFE70, 0xFEFE, "Arabic"},   {0xFF21, 0xFF5A, "Latin"},    {0xFF66, 0xFF9F, "Katakana"},
    {0xFFA0, 0xFFDC, "Hangul"},   {0x20000, 0x323AF, "Han"},
};

enum class Kind { letter, mark, digit, sign };

Kind kind(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return Kind::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Kind::mark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return Kind::digit;
    default:
      return Kind::sign;
  }
}

std::string_view script_of_letter(char32_t c) {
  const Block* after = std::ranges::upper_bound(blocks, c, {}, &Block::first);
  return after != blocks && c <= (after - 1)->last ? (after - 1)->script : "other";
}

}  // namespace

std::string_view script(char32_t c) {
  constexpr std::string_view without_letters[] = {"", "", "digit", "sign"};
  const Kind its = kind(c);
  return its == Kind::letter ? script_of_letter(c) : without_letters[static_cast<int>(its)];
}

std::string_view script(std::u32string_view piece) {
  std::string_view letters, others = "sign";
  for (const char32_t c : piece) {
    const std::string_view its = script(c);
    if (kind(c) == Kind::digit) others = its;
    if (kind(c) != Kind::letter || its == letters) continue;
    if (!letters.empty()) return "mixed";
    letters = its;
  }
  return letters.empty() ? others : letters;
}

}  // namespace bertlet::text
