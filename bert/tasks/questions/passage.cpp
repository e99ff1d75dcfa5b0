#include <algorithm>
#include <utility>

#include "bert/tasks/questions/squad_windows.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::tasks {

namespace {

// Google's choice for SQuAD, which leaves out most of Unicode's spaces.
bool parts_words(char32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x202F; }

// The stretches between characters that part words.
std::vector<Word> words_of(std::string_view text, bool (*parts)(char32_t)) {
  std::vector<Word> words;
  bool inside = false;
  int64_t character = 0;
  for (std::size_t at = 0; at < text.size(); ++character) {
    const text::Decoded next = text::decode(text.substr(at));
    const auto begin = static_cast<int64_t>(at), end = begin + next.length;
    const bool goes_on = std::exchange(inside, !parts(next.c));
    if (inside && !goes_on) words.push_back({{begin, end}, character});
    if (inside) words.back().bytes.end = end;
    at = to_size(end);
  }
  return words;
}

std::string with_spaces_between(std::string_view text, std::span<const Word> words) {
  std::string result;
  for (const Word& word : words) {
    if (!result.empty()) result += ' ';
    result += text::stretch(text, word.bytes);
  }
  return result;
}

// As Python's " ".join(text.split()).
std::string single_spaced(std::string_view text) {
  return with_spaces_between(text, words_of(text, [](char32_t c) { return text::is_space(c, text::Rules::google); }));
}

// The word with the character, or the last one before it.
int64_t word_at(const Passage& passage, int64_t character) {
  const auto after = std::ranges::upper_bound(passage.words, character, {}, &Word::first_character);
  return std::max<int64_t>(0, after - passage.words.begin() - 1);
}

// How many tokens there are before a word.
int64_t tokens_before(const Passage& passage, int64_t word) {
  return std::ranges::lower_bound(passage.tokens.words, word) - passage.tokens.words.begin();
}

}  // namespace

Passage passage_of(std::string_view text, const text::Tokenizer& tokenizer) {
  Passage passage{.words = words_of(text, parts_words), .tokens = {}};
  if (passage.words.empty()) return passage;
  passage.tokens = tokenizer.tokenize(text);
  auto word = passage.words.begin();
  for (std::size_t i = 0; i < passage.tokens.ids.size(); ++i) {
    while (word + 1 != passage.words.end() && word->bytes.end <= passage.tokens.bytes[i].begin) ++word;
    passage.tokens.words[i] = word - passage.words.begin();
  }
  return passage;
}

std::string words_between(std::string_view text, const Passage& passage, int64_t first, int64_t last) {
  return with_spaces_between(text, std::span(passage.words).subspan(to_size(first), to_size(last - first + 1)));
}

std::optional<text::Span> tokens_of(const Answer& answer, std::string_view text, const Passage& passage,
                                    const text::Tokenizer& tokenizer) {
  if (answer.text.empty() || passage.words.empty()) return {};
  const auto size = static_cast<int64_t>(text::count_characters(answer.text));
  const int64_t first = word_at(passage, answer.start), last = word_at(passage, answer.start + size - 1);
  if (words_between(text, passage, first, last).find(single_spaced(answer.text)) == std::string::npos) return {};
  const auto& ids = passage.tokens.ids;
  const auto begin = ids.begin() + tokens_before(passage, first), end = ids.begin() + tokens_before(passage, last + 1);
  if (begin == end) return {};
  const std::vector<int64_t> own = tokenizer.tokenize(answer.text, text::Keep::ids).ids;
  const auto found = own.empty() ? end : std::search(begin, end, own.begin(), own.end());
  if (found == end) return text::Span{begin - ids.begin(), end - ids.begin() - 1};
  return text::Span{found - ids.begin(), found - ids.begin() + std::ssize(own) - 1};
}

}  // namespace bertlet::tasks
