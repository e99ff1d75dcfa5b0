#pragma once
#include "bert/view/attention/attention_data.h"

namespace bertlet::view {

// Where a model looks, for a terminal: of the chosen layers (the last one) and heads (their mean) a map in five shades,
// or of a text of more than 60 tokens where each looks most; then in a letter what each head does.
std::string attention_text(const AttentionExhibit& exhibit, const AttentionChoice& choice);

}  // namespace bertlet::view
