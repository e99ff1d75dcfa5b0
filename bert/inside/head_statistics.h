#pragma once
#include "bert/inside/attention_maps.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::inside {

enum class Role { word, cls, sep, mask, punctuation };  // punctuation: "." and ","

// A token as the statistics and pictures of attention see it.
struct Token {
  std::string text;  // as in the vocabulary: ##s
  Role role;
  int64_t segment;  // 0: the first text with [CLS] and its [SEP], 1: the second
};
std::vector<Token> tokens_of(const text::Encoding& encoding, const text::Tokenizer& tokenizer);

// Where a head looks on this text, averaged over the tokens that look (Clark et al. 2019, arXiv 1906.04341). It says
// what the head did here, and nothing of other texts. NaN: there is no such token.
struct HeadStatistics {
  int64_t layer, head;
  double self, next, previous, cls, sep, punctuation;  // the share of a row's α that falls there
  double a_to_b, b_to_a;                               // that of one text's rows that falls on the other text
  double entropy;                                      // of a row, as a share of log T: 1 looks at all alike
  double distance;                                     // in tokens: Σ α |i − j|
};
std::vector<HeadStatistics> head_statistics(const AttentionMaps& look, std::span<const Token> tokens);

// {"self", 0.1}, … under the names above.
std::vector<std::pair<const char*, double>> named(const HeadStatistics& statistics);

// What the head mostly does, in a word: "next", "previous" or "self" where that share is above ½, "[CLS]", "[SEP]" or
// "punctuation" above 0.6, "broad" where the entropy is above 0.8; else "mixed".
const char* kind(const HeadStatistics& statistics);

}  // namespace bertlet::inside
