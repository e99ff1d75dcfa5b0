#pragma once
#include <string>
#include <vector>

#include "apps/bertlet/romeo/toy.h"

// What `bertlet romeo` says about the toy.
namespace apps {

// What a model loses that has not learned anything: who knows nothing guesses among all words, who has counted them
// knows their frequencies, and a guess about a sentence is right every other time.
struct Levels {
  double words, frequencies, sentences;  // ln V, the entropy of the words asked for, ln 2
};
Levels levels_of(const romeo::Toy& toy);

struct Score {
  int64_t masked = 0, masked_right = 0, next = 0, next_right = 0;
  bool all() const { return masked_right == masked && next_right == next; }
};
Score score_of(const romeo::Toy& toy, const romeo::Verdict& verdict);

const std::string& word(const romeo::Toy& toy, int64_t id);
std::vector<std::string> words(const romeo::Toy& toy, const std::vector<int64_t>& ids);

std::string differences_text(const romeo::TrainingOptions& recipe);  // from the tutorial

std::string vocabulary_text(const romeo::Toy& toy);
std::string example_text(const romeo::Toy& toy, std::size_t example);
std::string levels_text(const Levels& levels);
std::string meaning(const Levels& levels, const romeo::Loss& loss);
std::string answer_text(const romeo::Toy& toy, const romeo::Verdict& verdict, std::size_t example);
std::string answers_table(const romeo::Toy& toy, const romeo::Verdict& verdict);
std::string attention_text(const romeo::Toy& toy, std::size_t example, std::size_t layer, std::size_t head);

}  // namespace apps
