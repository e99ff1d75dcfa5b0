// A word on its way from characters to pieces, with the bytes that each piece comes from.
#include <fmt/format.h>

#include "apps/first_steps/drawing.h"
#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "bert/text/unicode/utf8.h"

using namespace bertlet;

int main() {
  const text::Tokenizer tokenizer{text::Vocabulary({"[UNK]", "[CLS]", "[SEP]", "ang", "##strom"})};
  const std::string word = "Ångström";
  const std::string even(text::normalized(word, tokenizer.characters(), text::Keep::offsets).text());
  const text::Tokens tokens = tokenizer.tokenize(word);

  book::Drawing drawing(470, 170, "From bytes to pieces");
  const double left = 100, step = 34;
  drawing.strong(10, 34, "bytes");
  for (std::size_t i = 0; i < word.size(); ++i)
    drawing.cell(left + step * static_cast<double>(i), 16, step, 28, 0.15,
                 fmt::format("{:02X}", static_cast<unsigned char>(word[i])));
  drawing.strong(10, 74, "characters");
  std::size_t at = 0;
  for (const text::Span& span : text::character_spans(word, {{0, static_cast<int64_t>(word.size())}})) {
    for (int64_t i = span.begin; i < span.end; ++i) {
      std::size_t end = at + 1;
      while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80)
        ++end;  // continues a character
      drawing.cell(left + step * static_cast<double>(at), 56, step * static_cast<double>(end - at), 28, 0.15,
                   word.substr(at, end - at));
      at = end;
    }
  }
  drawing.strong(10, 114, "normalised");
  drawing.cell(left, 96, step * static_cast<double>(word.size()), 28, 0.15, even);
  drawing.strong(10, 154, "pieces");
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
    const auto [begin, end] = tokens.bytes[i];
    drawing.cell(left + step * static_cast<double>(begin), 136, step * static_cast<double>(end - begin), 28, 0.6,
                 fmt::format("{}  bytes {}-{}", tokenizer.vocabulary().token(tokens.ids[i]), begin, end));
  }
  fmt::print("{}", drawing.svg());
}
