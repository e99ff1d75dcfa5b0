#include "bert/tasks/forms/words.h"

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
  for (const auto& [begin, end] : word_spans(sentence))
    words.emplace_back(sentence.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
  return words;
}

}  // namespace bertlet::tasks
