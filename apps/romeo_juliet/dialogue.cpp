#include "apps/romeo_juliet/dialogue.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "bert/data/mask.h"
#include "bert/text/vocabulary/word_counts.h"
#include "core/real.h"

namespace romeo {

namespace data = bertlet::data;
namespace text = bertlet::text;

std::vector<std::string> cleaned(const std::vector<std::string>& lines) {
  std::vector<std::string> clean;
  for (std::string line : lines) {
    std::erase_if(line, [](char c) { return std::string_view(".,!?-").find(c) != std::string_view::npos; });
    std::ranges::transform(line, line.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    clean.push_back(line);
  }
  return clean;
}

text::Tokenizer tokenizer_of(const std::vector<std::string>& lines) {
  text::WordCounts counts;
  for (const std::string& line : lines) counts.add(line);
  std::set<std::string> words;
  for (const text::WordCount& word : counts.words()) words.emplace(word.word);
  std::vector<std::string> tokens{"[PAD]", "[CLS]", "[SEP]", "[MASK]"};
  tokens.insert(tokens.end(), words.begin(), words.end());
  return text::Tokenizer(text::Vocabulary(tokens), {.special = {.unknown = "[PAD]"}});
}

std::vector<data::Instance> draw_examples(const std::vector<std::string>& lines, const text::Tokenizer& tokenizer,
                                          const Draw& draw) {
  const data::MaskOptions masking{.most = draw.most_hidden};
  const data::Pieces pieces(tokenizer);
  data::Random random({.seed = draw.seed});
  std::vector<data::Instance> examples;
  int64_t wanted[] = {draw.examples / 2, draw.examples - draw.examples / 2};  // false ones, true ones
  while (std::ssize(examples) < draw.examples) {
    const auto a = bertlet::to_size(random.below(std::ssize(lines)));
    const auto b = bertlet::to_size(random.below(std::ssize(lines)));
    const bool follows = a + 1 == b;
    if (wanted[follows] == 0) continue;
    --wanted[follows];
    const text::Encoding encoding = tokenizer.encode(lines[a], lines[b], {.max_length = draw.longest});
    data::Instance example{.ids = encoding.ids,
                           .second = std::ranges::count(encoding.types, 0),
                           .pair = follows ? data::Pair::follows : data::Pair::other};
    data::hide_tokens(example, masking, pieces, random);
    examples.push_back(std::move(example));
  }
  return examples;
}

}  // namespace romeo
