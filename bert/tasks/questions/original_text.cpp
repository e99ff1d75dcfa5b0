#include <algorithm>

#include "bert/tasks/questions/answers.h"
#include "bert/text/tokenizer/normalizer.h"

namespace bertlet::tasks {

namespace {

std::u32string with_words_apart(std::string_view text, const text::CharacterTable& characters) {
  const text::Normalized even = text::normalized(text, characters, text::Keep::ids);
  std::string result;
  text::for_each_word(even.text(), characters, [&](std::size_t begin, std::size_t end) {
    if (!result.empty()) result += ' ';
    result += even.text().substr(begin, end - begin);
  });
  return text::decoded(result);
}

// Where the characters are that are not spaces.
std::vector<std::size_t> letters(std::u32string_view text) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != U' ') places.push_back(i);
  return places;
}

}  // namespace

// Normalising moves spaces. As long as it takes and adds no letters, the n-th one after it is the n-th one before it.
std::string original_text(std::string_view normalised, std::string_view text, const text::CharacterTable& characters) {
  const std::u32string found_in = with_words_apart(text, characters), wanted = text::decoded(normalised);
  const std::u32string original = text::decoded(text);
  const std::vector<std::size_t> after = letters(found_in), before = letters(original);
  const std::size_t begin = found_in.find(wanted);
  if (wanted.empty() || begin == std::u32string::npos || after.size() != before.size()) return std::string(text);
  const auto first = std::ranges::lower_bound(after, begin);
  const auto last = std::ranges::lower_bound(after, begin + wanted.size() - 1);
  if (*first != begin || *last != begin + wanted.size() - 1) return std::string(text);  // a space at an end
  const std::size_t from = before[static_cast<std::size_t>(first - after.begin())];
  const std::size_t to = before[static_cast<std::size_t>(last - after.begin())];
  return text::encoded(original.substr(from, to - from + 1));
}

}  // namespace bertlet::tasks
