#include "apps/romeo_juliet/dialogue.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

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
  std::set<std::string> words;
  for (const std::string& line : lines) {
    std::istringstream rest(line);
    for (std::string word; rest >> word;) words.insert(word);
  }
  std::vector<std::string> tokens{"[PAD]", "[CLS]", "[SEP]", "[MASK]"};
  tokens.insert(tokens.end(), words.begin(), words.end());
  return text::Tokenizer(text::Vocabulary(tokens), {.special = {.unknown = "[PAD]"}});
}

std::vector<data::Example> draw_examples(const std::vector<std::string>& lines, const text::Tokenizer& tokenizer,
                                         const Draw& draw) {
  const data::Masking masking{
      .most = draw.most_gaps, .mask_id = tokenizer.mask_id(), .vocab_size = tokenizer.vocabulary().size()};
  std::vector<data::Example> examples;
  std::int64_t wanted[] = {draw.examples / 2, draw.examples - draw.examples / 2};  // false ones, true ones
  for (std::uint64_t step = 0; std::ssize(examples) < draw.examples; ++step) {
    const std::vector<std::int64_t> pair = bertlet::integers({draw.seed, step, 0}, 2, std::ssize(lines));
    const auto a = static_cast<std::size_t>(pair[0]), b = static_cast<std::size_t>(pair[1]);
    const bool follows = a + 1 == b;
    if (wanted[follows] == 0) continue;
    --wanted[follows];
    text::Encoding encoding = tokenizer.encode(lines[a], lines[b], {.max_length = draw.longest});
    std::vector<data::Gap> gaps = data::mask_words(encoding, masking, {draw.seed, step, 1});
    examples.push_back({std::move(encoding), std::move(gaps), follows});
  }
  return examples;
}

}  // namespace romeo
