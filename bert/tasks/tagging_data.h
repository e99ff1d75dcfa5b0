#pragma once
#include "bert/tasks/task.h"

namespace bertlet::tasks {

// A token of a text, and what it got.
struct TokenScores {
  std::string token, piece;    // in the vocabulary, and in the text
  int64_t row = 0;             // of the scores
  int64_t begin = 0, end = 0;  // characters of the text
  bool is_unknown = false;
  std::vector<double> probabilities = {};

  const std::string& shown() const { return is_unknown ? piece : token; }
  bool goes_on() const;  // the word of the token before
};

// Sentences whose words have tags. A word's label stands at its first token; a sentence that is too long comes in
// windows. A text that is not in words gets the words of its tokens.
class TaggingData : public Data {
 public:
  TaggingData(Examples from, const text::Tokenizer& with, int64_t max_length, const Labels& labels);

  // The tokens of a text that was not in words, with the scores [tokens, labels] of its sequences.
  std::vector<TokenScores> scored(int64_t i, std::span<const real> scores) const;

 private:
  void add(int64_t i, const text::EncodeOptions& how, const Labels& labels);

  std::vector<std::vector<TokenScores>> tokens_;  // of such texts, by example
};

// Names in a text, from the scores of its tokens, as Hugging Face's token-classification pipeline finds them. How tags
// of tokens become names: none simple first average max.
io::Json pipeline_entities(const std::vector<TokenScores>& tokens, const std::vector<std::string>& labels,
                           const std::string& aggregation);

}  // namespace bertlet::tasks
