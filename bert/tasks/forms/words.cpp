#include "bert/tasks/forms/words.h"

#include <algorithm>

#include "bert/text/tokenizer/normalizer.h"

namespace bertlet::tasks {

std::vector<text::Span> word_spans(std::string_view sentence) {
  static const text::CharacterTable characters({.lower_case = false});
  const text::Normalized even = text::normalized(sentence, characters, text::Keep::offsets);
  std::vector<text::Span> spans;
  text::for_each_word(even.text(), characters, [&](std::size_t begin, std::size_t end) {
    const text::Origin origin = even.origin(begin, end);
    spans.push_back({origin.begin, origin.end});
  });
  return spans;
}

std::vector<std::string> words_in(std::string_view sentence) {
  std::vector<std::string> words;
  for (const text::Span& span : word_spans(sentence)) words.emplace_back(text::stretch(sentence, span));
  return words;
}

std::vector<std::string> between_spaces(std::string_view text) {
  constexpr const char* spaces = " \t\r\n";
  std::vector<std::string> words;
  for (std::size_t end = 0;;) {
    const std::size_t begin = text.find_first_not_of(spaces, end);
    if (begin == std::string_view::npos) return words;
    end = std::min(text.find_first_of(spaces, begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
  }
}

}  // namespace bertlet::tasks
