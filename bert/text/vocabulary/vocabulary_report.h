#pragma once
#include <array>
#include <map>
#include <string>
#include <vector>

#include "bert/text/tokenizer/tokenizer.h"
#include "bert/text/vocabulary/word_counts.h"

// What is in a vocabulary, and how it serves a text.
namespace bertlet::text {

enum class PieceKind {
  special,               // [MASK], [unused7]
  character,             // a
  word,                  // the: a word, or the beginning of words
  continuing_character,  // ##a
  continuation,          // ##ing
};
inline constexpr std::array piece_kinds = {PieceKind::special, PieceKind::character, PieceKind::word,
                                           PieceKind::continuing_character, PieceKind::continuation};
std::string_view name(PieceKind kind);
PieceKind kind_of(std::string_view token, const SpecialTokens& special = {});

struct VocabularyReport {
  int64_t size = 0;
  std::map<PieceKind, int64_t> kinds = {};
  std::map<std::string, int64_t> scripts = {};  // of pieces that are not special
  std::vector<std::string> longest = {};        // by characters, without ##; of equally long ones by their ids
};
VocabularyReport vocabulary_report(const Tokenizer& tokenizer, std::size_t examples = 10);

struct CoverageReport {
  int64_t words = 0;             // of the text
  int64_t whole = 0;             // of these, words that are one piece and known
  int64_t unknown = 0;           // words that become [UNK]
  int64_t pieces = 0;            // of known words
  int64_t distinct = 0;          // different words that are not too long
  int64_t distinct_unknown = 0;  // of these, words that become [UNK]
  int64_t used = 0;              // pieces of the vocabulary that the text needs
  std::vector<WordCount> most_frequent_unknown = {};

  double unknown_rate() const { return share(unknown, words); }
  double coverage() const { return words == 0 ? 1 : 1 - unknown_rate(); }
  double pieces_per_word() const { return share(pieces, words - unknown); }  // of known words

 private:
  static double share(int64_t part, int64_t all) {
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
  }
};
// Of words counted under the tokenizer's options; those that are too long are unknown. The examples live in `counts`.
CoverageReport coverage_report(const Tokenizer& tokenizer, WordCounts& counts, std::size_t examples = 10);

}  // namespace bertlet::text
