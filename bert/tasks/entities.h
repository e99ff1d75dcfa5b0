#pragma once
#include "bert/io/json/document.h"
#include "bert/tasks/item.h"

// Names in a text, from the scores of its tokens, as Hugging Face's token-classification pipeline finds them.
namespace bertlet::tasks {

struct TokenScores {
  std::string token, piece;         // in the vocabulary, and in the text
  std::int64_t begin = 0, end = 0;  // characters of the text
  bool is_unknown = false;
  std::vector<double> probabilities = {};

  bool goes_on() const;  // the word of the token before
};

enum class Aggregation { none, simple, first, average, max };
Aggregation aggregation_named(const std::string& name);

io::Json pipeline_entities(const std::vector<TokenScores>& tokens, const std::vector<std::string>& labels,
                           Aggregation aggregation);

}  // namespace bertlet::tasks
