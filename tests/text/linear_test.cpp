#include <chrono>

#include "tests/catch.h"
#include "tests/text/tokenizers.h"

// Twenty times the text may take twenty times as long, and some more for memory and an unquiet machine; what is
// quadratic would take four hundred times as long.

namespace {

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  return text;
}

double seconds(const text::Tokenizer& tokenizer, const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  static_cast<void>(tokenizer.tokenize(text));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// A machine may be unquiet once, not three times.
bool is_linear(const text::Tokenizer& tokenizer, std::string_view part) {
  for (int i = 0; i < 3; ++i) {
    const double small = seconds(tokenizer, repeated(part, 100'000));
    if (seconds(tokenizer, repeated(part, 2'000'000)) < 80 * small + 0.3) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("Time is linear in the length of whatever text") {
  const Strings vocabulary{"[UNK]", "[CLS]", "a", "##a", "##aa", "##ab", "\u03c3", "##\u03c3", "\u302e", "##\u302e"};
  const std::string parts[] = {"a",
                               "aab",
                               "\u0301",
                               "\u0345\u0323",
                               "\u302e",
                               "\u302e\u302a\u0323",
                               "\U0001D165\U0001D16E",
                               "Σ",
                               "Σ'",
                               "'",
                               "[CLS",
                               "[CLS]",
                               "[",
                               "##",
                               "\xFF",
                               "\xF0\x9F",
                               "\u200b",
                               " ",
                               "中",
                               "각",
                               "\u0130"};
  for (const text::TextOptions& options : {text::TextOptions(), google(), cased()}) {
    text::Vocabulary tokens(vocabulary);
    const text::Tokenizer tokenizer(
        tokens, {.text = options,
                 .longest_word = 1 << 30,
                 .added = {{.content = "[CLS]a", .single_word = true, .lstrip = true, .rstrip = true}}});
    for (const std::string& part : parts) {
      CAPTURE(part);
      CHECK(is_linear(tokenizer, part));
    }
  }
}

TEST_CASE("Ten megabytes of one word and of marks take seconds at most") {
  const text::Tokenizer tokenizer = toy({"[UNK]", "a", "##a"});
  for (const char* part : {"a", "\u0301", "\u0345\u0323"}) CHECK(seconds(tokenizer, repeated(part, 10'000'000)) < 20);
}
