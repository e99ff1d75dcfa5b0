#pragma once
#include <string_view>

// What kinds of characters there are. Google's BERT asks Python's Unicode tables, as new as the Python; Hugging Face's
// `tokenizers` has tables of its own, which stay at Unicode 8 and so do not know some 500 marks and signs.
namespace bertlet::text {

enum class Rules { huggingface, google };

bool is_space(char32_t c, Rules rules);        // words end at it
bool is_removed(char32_t c, Rules rules);      // by the clean-up: NUL, U+FFFD, control and format characters
bool is_punctuation(char32_t c, Rules rules);  // is a word of its own; all of ASCII's signs are, even $ and ~
bool is_mark(char32_t c, Rules rules);         // nonspacing: the accent of a decomposed é
bool is_chinese(char32_t c, Rules rules);      // an ideograph, which is a word of its own

// For Σ, which Python writes ς at the end of a word.
bool is_cased(char32_t c);
bool is_case_ignorable(char32_t c);

bool is_word_character(char32_t c);  // \w of regular expressions
bool is_alphanumeric(char32_t c);    // Python's isalnum(): a letter, or a digit or number of any kind

// The script a character is written in: "Latin", "Han", … For what has none, "digit" or "sign"; "other" for the letters
// of scripts that few write, and "" for marks, which take the script of their letter.
std::string_view script(char32_t c);

// That of all letters; "mixed" if they are of several; that of its digits or signs if there is no letter.
std::string_view script(std::u32string_view piece);

}  // namespace bertlet::text
