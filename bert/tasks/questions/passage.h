#pragma once
#include "bert/tasks/questions/squad.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::tasks {

// A stretch of a passage between spaces.
struct Word {
  text::Span bytes;
  std::int64_t first_character = 0;
};

// A passage as words and as tokens.
struct Passage {
  std::vector<Word> words;
  text::Tokens tokens;  // of these, `words` counts the words above
};
Passage passage_of(std::string_view text, const text::Tokenizer& tokenizer);

// Words with one space between them.
std::string words_between(std::string_view text, const Passage& passage, std::int64_t first_word,
                          std::int64_t last_word);

// Which tokens an answer is, the last one included; nothing where the passage does not say at that place what the
// answer says. Answers begin and end inside words ("(1895-1943)."), so the tokens of its words are searched for its
// own.
std::optional<text::Span> tokens_of(const Answer& answer, std::string_view text, const Passage& passage,
                                    const text::Tokenizer& tokenizer);

}  // namespace bertlet::tasks
