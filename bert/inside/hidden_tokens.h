#pragma once
#include "bert/inside/language_model.h"

namespace bertlet::inside {

std::vector<int64_t> text_tokens(const text::Encoding& encoding);  // all but [CLS], [SEP] and pads

// The text with [MASK] at these of its tokens.
bert::Sequence hidden(const text::Encoding& encoding, const std::vector<int64_t>& tokens, int64_t mask);

// A token of a text that is not whole.
struct HiddenToken {
  bert::Sequence sequence;
  int64_t row;  // of the token, in the sequence
};

// Scores of the head [tokens, V] come in batches; the batch's tokens are those from `first` on.
using TokenScores = std::function<void(std::size_t first, const bert::Batch& batch, const std::vector<int64_t>& rows)>;
void for_each_batch(const std::vector<HiddenToken>& tokens, const TokenScores& f);

}  // namespace bertlet::inside
