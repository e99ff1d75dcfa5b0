#pragma once
#include "bert/tasks/entities.h"
#include "bert/tasks/task.h"

namespace bertlet::tasks {

// Sentences whose words have tags. A word's label stands at its first token; a sentence that is too long comes in
// windows. A text that is not in words gets the words of its tokens.
class TaggingData : public Data {
 public:
  TaggingData(Examples from, const text::Tokenizer& with, std::int64_t max_length, const Labels& labels);

  // The tokens of a text that was not in words, with the scores [tokens, labels] of its sequences.
  std::vector<TokenScores> scored(std::int64_t i, std::span<const real> scores) const;

 private:
  void add(std::int64_t i, const text::EncodeOptions& how, const Labels& labels);

  std::vector<std::vector<TokenScores>> tokens_;  // of such texts, by example
};

}  // namespace bertlet::tasks
