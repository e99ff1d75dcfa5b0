#include "bert/text/unicode/character.h"
#include "bert/text/vocabulary/vocabulary_report.h"
#include "tests/catch.h"
#include "tests/text/tokenizers.h"

TEST_CASE("Pieces have a kind") {
  using enum text::PieceKind;
  CHECK(text::kind_of("[MASK]") == special);
  CHECK(text::kind_of("[unused12]") == special);
  CHECK(text::kind_of("[") == character);
  CHECK(text::kind_of("é") == character);
  CHECK(text::kind_of("the") == word);
  CHECK(text::kind_of("##é") == continuing_character);
  CHECK(text::kind_of("##ing") == continuation);
  CHECK(text::kind_of("#") == character);
  CHECK(text::kind_of("##") == word);
}

TEST_CASE("Pieces have a script") {
  CHECK(text::script(U"the") == "Latin");
  CHECK(text::script(U"naïve") == "Latin");
  CHECK(text::script(U"мир") == "Cyrillic");
  CHECK(text::script(U"σ") == "Greek");
  CHECK(text::script(U"中") == "Han");
  CHECK(text::script(U"ひらがな") == "Hiragana");
  CHECK(text::script(U"한국") == "Hangul");
  CHECK(text::script(U"हिन्दी") == "Devanagari");
  CHECK(text::script(U"e\u0301") == "Latin");
  CHECK(text::script(U"2nd") == "Latin");
  CHECK(text::script(U"1984") == "digit");
  CHECK(text::script(U"$") == "sign");
  CHECK(text::script(U"aж") == "mixed");
  CHECK(text::script(U"\U0001E900") == "other");  // Adlam
  CHECK(text::script(U"") == "sign");
}

TEST_CASE("A report counts the pieces of a vocabulary") {
  const text::VocabularyReport report =
      text::vocabulary_report(toy({"[UNK]", "[CLS]", "[SEP]", "a", "##b", "the", "##ings", "мир", "42"}), 2);
  CHECK(report.size == 9);
  CHECK(report.kinds.at(text::PieceKind::special) == 3);
  CHECK(report.kinds.at(text::PieceKind::word) == 3);
  CHECK(report.scripts == std::map<std::string, int64_t>{{"Latin", 4}, {"Cyrillic", 1}, {"digit", 1}});
  CHECK(report.longest == Strings{"##ings", "the"});
}

TEST_CASE("A report tells how a vocabulary serves a text") {
  const text::Tokenizer tokenizer = toy({"[UNK]", "[CLS]", "[SEP]", "the", "cat", "##s"});
  text::WordCounts counts({.longest_word = 5});
  counts.add("The cats! The dog, the dog; verylongword");
  const text::CoverageReport report = text::coverage_report(tokenizer, counts, 2);
  CHECK(report.words == 10);    // the the the cats ! dog dog , ; verylongword
  CHECK(report.unknown == 6);   // ! dog dog , ; verylongword
  CHECK(report.whole == 3);     // the the the
  CHECK(report.pieces == 5);    // the the the cat ##s
  CHECK(report.distinct == 6);  // the dog cats ! , ;
  CHECK(report.distinct_unknown == 4);
  CHECK(report.used == 3);
  CHECK(report.coverage() == 0.4);
  CHECK(report.unknown_rate() == 0.6);
  CHECK(report.pieces_per_word() == 1.25);
  REQUIRE(report.most_frequent_unknown.size() == 2);
  CHECK(report.most_frequent_unknown[0].word == "dog");
  CHECK(report.most_frequent_unknown[0].count == 2);
  CHECK(report.most_frequent_unknown[1].word == "!");
}

TEST_CASE("A report of nothing has no division by nothing") {
  text::WordCounts counts;
  const text::CoverageReport report = text::coverage_report(toy({"[UNK]", "[CLS]", "[SEP]"}), counts);
  CHECK(report.coverage() == 1);
  CHECK(report.unknown_rate() == 0);
  CHECK(report.pieces_per_word() == 0);
}
