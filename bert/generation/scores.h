#pragma once
#include <span>

#include "bert/generation/options.h"
#include "core/real.h"

namespace bertlet::bert {

// What becomes of the scores of all words, [V], before one of them follows a text. Each is one function; what is
// forbidden gets −∞. They are transformers' logits processors, to the last rule.
using Scores = std::span<real>;
using Ids = std::span<const int64_t>;

void penalise_repetition(Scores scores, Ids text, double penalty);
void forbid_repeated_ngrams(Scores scores, Ids text, int64_t size);
void forbid_bad_words(Scores scores, Ids text, const std::vector<Text>& bad_words, Ids stop);
void forbid(Scores scores, Ids words);

void divide_by_temperature(Scores scores, double temperature);
void keep_top_k(Scores scores, int64_t k);
void keep_top_p(Scores scores, double p);

// All that the options ask for, in transformers' order; `prompt` of the text's words were given. The last three only
// where words are drawn.
void adjust(Scores scores, Ids text, int64_t prompt, const GenerationOptions& options);

}  // namespace bertlet::bert
