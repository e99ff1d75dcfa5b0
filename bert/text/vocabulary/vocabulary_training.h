#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bert/text/unicode/character_table.h"
#include "bert/text/vocabulary/vocabulary.h"
#include "bert/text/vocabulary/word_table.h"

// Where a vocabulary comes from.
//
//   WordCounts counts;
//   count_files({"corpus.txt"}, counts);
//   trained_vocabulary(counts.words(), {.size = 8000}).write("vocab.txt");
namespace bertlet::text {

struct TrainingOptions {
  int64_t size = 30522;       // of the vocabulary; fewer if the words have not as many pieces
  int64_t min_frequency = 2;  // how often two pieces stand side by side that become one
  // How many different characters, the most frequent ones. Nothing: 1000, or if these are less than 99.9 % of the text,
  // as Chinese has it, so many as are; fewer where the size has no room for them, but never less than 99 %.
  std::optional<int64_t> alphabet_limit = {};
  std::vector<std::string> special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};  // in this order, from id 0
  std::string inside = "##";                     // stands before pieces that continue a word
  std::function<void(int64_t size)> progress{};  // is told how large the vocabulary is
};

// A vocabulary for WordPiece, as Hugging Face's WordPieceTrainer makes it: special tokens; the characters of the words,
// by code point; those that continue words; then again and again the two pieces that stand side by side most often in
// the words become one. Of pairs that are equally frequent, the one with the smaller ids goes first.
Vocabulary trained_vocabulary(std::span<const WordCount> words, const TrainingOptions& options = {});

// The characters of words, by code point: all, or of too many the most frequent, and of equally frequent ones the
// smaller code points.
std::u32string alphabet(std::span<const WordCount> words, int64_t limit);

// The share of the words' characters that are tokens by themselves.
double known_characters(std::span<const WordCount> words, const Vocabulary& vocabulary);

// For toys: every word of a few lines is a token, in the order in which they are met, behind the special tokens.
Vocabulary word_vocabulary(std::span<const std::string> lines, const TextOptions& text = {},
                           std::vector<std::string> special = TrainingOptions().special);

}  // namespace bertlet::text
