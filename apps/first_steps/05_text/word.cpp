#include <fmt/ranges.h>

#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"

// The life of a word, from bytes to ids:   build/first_steps/05_text/word 'Ångström, 東京!'

using namespace bertlet::text;

namespace {

const Vocabulary vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ang", "an", "##gs", "##strom", "##s", ",",
                             "!", "京"});

std::vector<int> bytes_of(std::string_view text) {
  std::vector<int> bytes;
  for (const char byte : text) bytes.push_back(static_cast<unsigned char>(byte));
  return bytes;
}

std::vector<std::uint32_t> characters_of(std::string_view text) {
  const std::u32string characters = decoded(text);
  return {characters.begin(), characters.end()};
}

std::vector<std::string> words_of(std::string_view text, const CharacterTable& table) {
  std::vector<std::string> words;
  for_each_word(text, table,
                [&](std::size_t begin, std::size_t end) { words.emplace_back(text.substr(begin, end - begin)); });
  return words;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text = argc > 1 ? argv[1] : "Ångström, 東京!";
  const Tokenizer tokenizer(vocabulary);
  const Normalized even = normalized(text, tokenizer.characters(), Keep::offsets);
  fmt::print("bytes       {:02X}\n", fmt::join(bytes_of(text), " "));
  fmt::print("characters  {:04X}\n", fmt::join(characters_of(text), " "));
  fmt::print("normalised  '{}'\n", even.text());
  fmt::print("words       {}\n", fmt::join(words_of(even.text(), tokenizer.characters()), " | "));

  fmt::print("\n{:<9} {:>3}  {:<9} {:<9} {:>4}\n", "token", "id", "bytes", "is from", "word");
  const Tokens tokens = tokenizer.tokenize(text);
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
    const auto [begin, end] = tokens.bytes[i];
    fmt::print("{:<9} {:>3}  {:<9} {:<9} {:>4}\n", vocabulary.token(tokens.ids[i]), tokens.ids[i],
               fmt::format("{}-{}", begin, end), text.substr(bertlet::to_size(begin), bertlet::to_size(end - begin)),
               tokens.words[i]);
  }
}
