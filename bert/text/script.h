#pragma once
#include <string_view>

namespace bertlet::text {

// The script a character is written in: "Latin", "Han", … For what has none, "digit" or "sign"; "other" for the letters
// of scripts that few write, and "" for marks, which take the script of their letter.
std::string_view script(char32_t c);

// That of all letters; "mixed" if they are of several; that of its digits or signs if there is no letter.
std::string_view script(std::u32string_view piece);

}  // namespace bertlet::text
