#include "bert/text/vocabulary/vocabulary_report.h"

#include <algorithm>

#include "bert/text/tokenizer/wordpiece.h"
#include "bert/text/unicode/character.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::text {

namespace {

bool is_continuing(std::string_view token) {
  return token.size() > inside_mark.size() && token.starts_with(inside_mark);
}

std::string_view letters(std::string_view token) {
  return is_continuing(token) ? token.substr(inside_mark.size()) : token;
}

bool is_unused(std::string_view token) { return token.starts_with("[unused") && token.ends_with("]"); }

bool is_special(std::string_view token, const SpecialTokens& special) {
  return token == special.unknown || token == special.cls || token == special.sep || token == special.pad ||
         token == special.mask || is_unused(token);
}

std::vector<std::string> longest(std::vector<std::string> tokens, std::size_t count) {
  std::ranges::stable_sort(tokens, std::greater(), [](const std::string& t) { return count_characters(letters(t)); });
  if (tokens.size() > count) tokens.resize(count);
  return tokens;
}

}  // namespace

std::string_view name(PieceKind kind) {
  constexpr std::string_view names[] = {"special", "character", "word", "continuing character", "continuation"};
  return names[static_cast<int>(kind)];
}

PieceKind kind_of(std::string_view token, const SpecialTokens& special) {
  if (is_special(token, special)) return PieceKind::special;
  const bool is_one = count_characters(letters(token)) <= 1;
  if (is_continuing(token)) return is_one ? PieceKind::continuing_character : PieceKind::continuation;
  return is_one ? PieceKind::character : PieceKind::word;
}

VocabularyReport vocabulary_report(const Tokenizer& tokenizer, std::size_t examples) {
  VocabularyReport report{.size = tokenizer.vocabulary().size()};
  std::vector<std::string> pieces;
  for (const std::string& token : tokenizer.vocabulary().tokens()) {
    const PieceKind kind = kind_of(token, tokenizer.options().special);
    ++report.kinds[kind];
    if (kind == PieceKind::special) continue;
    ++report.scripts[std::string(script(decoded(letters(token))))];
    pieces.push_back(token);
  }
  report.longest = longest(std::move(pieces), examples);
  return report;
}

CoverageReport coverage_report(const Tokenizer& tokenizer, WordCounts& counts, std::size_t examples) {
  const int64_t unknown = tokenizer.vocabulary().id(tokenizer.options().special.unknown);
  const std::vector<WordCount> words = counts.words();
  CoverageReport report{.words = counts.too_long(), .unknown = counts.too_long(), .distinct = std::ssize(words)};
  std::vector<bool> used(to_size(tokenizer.vocabulary().size()));
  std::vector<Piece> pieces;
  for (const WordCount& item : words) {
    pieces.clear();
    tokenizer.pieces().split(item.word, pieces);
    report.words += item.count;
    if (pieces.front().id == unknown) {
      report.unknown += item.count;
      ++report.distinct_unknown;
      if (report.most_frequent_unknown.size() < examples) report.most_frequent_unknown.push_back(item);
      continue;
    }
    if (pieces.size() == 1) report.whole += item.count;
    report.pieces += item.count * std::ssize(pieces);
    for (const Piece& piece : pieces) used[to_size(piece.id)] = true;
  }
  report.used = std::ranges::count(used, true);
  return report;
}

}  // namespace bertlet::text
