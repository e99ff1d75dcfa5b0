#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/tokenizer/encoding.h"

namespace bertlet::tasks {

// A sentence cut into words as BERT's basic tokenisation does: at spaces, with each sign and each ideograph by itself,
// but with capitals and accents kept.
//
//   words_in("I live in Zürich.");  // I, live, in, Zürich, .
std::vector<std::string> words_in(std::string_view sentence);
std::vector<text::Span> word_spans(std::string_view sentence);  // in bytes

// The words of cells and lines, between spaces.
std::vector<std::string> between_spaces(std::string_view text);

}  // namespace bertlet::tasks
