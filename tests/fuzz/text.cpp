#include <fmt/core.h>

#include <string>

#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/tokenizer/tokenizer_json.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"
#include "tests/fuzz/fuzz.h"

// Random bytes as text, as vocabulary and as tokenizer.json: each is taken, or refused in one line; spans lie in the
// text, and words are cut as the plainest possible search cuts them.
//
//   fuzz_text --calls 1000000 --seed 7

namespace {

namespace text = bertlet::text;

void hold(bool truth, const char* what) {
  if (!truth) throw Wrong(what);
}

constexpr const char* bits[] = {
    "a",     "b",     "ab",     "##", "A",    "É",        "e\u0301",  "\u0323", "\u302e", "\U0001D160", "Σ", "İ",
    "中",    "각",    " ",      "\n", "\t",   "\r\n",     "\u2028",   "\u00a0", "\u200b", "\ufffd",     ".", "…",
    "[UNK]", "[CLS]", "[MASK]", "[",  "\xC3", "\xE2\x82", "\xF0\x9F", "\xFF",   "\x80",   "\x01",       "😀", "ß"};

std::string bytes(Draw& draw, int64_t most) {
  std::string made;
  for (int64_t i = draw.below(most); i > 0; --i)
    if (draw.one_in(8))
      made += static_cast<char>(draw.below(256));
    else
      made += bits[draw.below(std::ssize(bits))];
  return made;
}

text::TextOptions text_options(Draw& draw) {
  text::TextOptions options{.rules = draw.one_in(2) ? text::Rules::google : text::Rules::huggingface,
                            .clean = !draw.one_in(4),
                            .chinese = !draw.one_in(4),
                            .lower_case = draw.one_in(2),
                            .basic = !draw.one_in(8)};
  if (draw.one_in(2)) options.strip_accents = draw.one_in(2);
  return options;
}

text::Tokenizer tokenizer(Draw& draw) {
  std::string lines = "[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\n";
  for (int64_t i = draw.below(40); i > 0; --i) lines += (draw.one_in(2) ? "##" : "") + bytes(draw, 4) + "\n";
  text::TokenizerOptions options{.text = text_options(draw), .longest_word = draw.between(1, 20)};
  for (int64_t i = draw.below(3); i > 0; --i)
    options.added.push_back({.content = text::valid_utf8(bytes(draw, 4)),
                             .special = draw.one_in(2),
                             .single_word = draw.one_in(4),
                             .lstrip = draw.one_in(4),
                             .rstrip = draw.one_in(4),
                             .normalized = draw.one_in(4),
                             .alone = draw.one_in(4)});
  return text::Tokenizer(text::Vocabulary::parse(lines, options.text.rules), options);
}

void check_spans(const std::string& line, const text::Tokens& tokens) {
  const auto characters = static_cast<int64_t>(text::decoded(line).size());
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
    const auto [begin, end] = tokens.bytes[i];
    hold(0 <= begin && begin < end && end <= std::ssize(line), "a span of bytes is outside the text");
    hold(tokens.characters[i].begin < tokens.characters[i].end && tokens.characters[i].end <= characters,
         "a span of characters is outside the text");
    hold(i == 0 || tokens.words[i] - tokens.words[i - 1] <= 1, "a word has no token");
  }
}

// The longest piece first, tried from the whole rest downwards.
std::vector<int64_t> plainly_cut(const std::string& word, const text::Vocabulary& vocabulary, int64_t longest) {
  const int64_t unknown = vocabulary.id("[UNK]");
  if (static_cast<int64_t>(text::count_characters(word)) > longest) return {unknown};
  std::vector<int64_t> ids;
  for (std::size_t at = 0, length = 0; at < word.size(); at += length) {
    std::optional<int64_t> found;
    for (length = word.size() - at; length > 0 && !found; length -= found ? 0 : 1)
      found = vocabulary.find((at == 0 ? "" : "##") + word.substr(at, length));
    if (!found) return {unknown};
    ids.push_back(*found);
  }
  return ids;
}

void check_pieces(const std::string& line, const text::Tokenizer& tokenizer) {
  const text::Normalized even = text::normalized(line, tokenizer.characters(), text::Keep::offsets);
  hold(text::valid_utf8(even.text()) == even.text(), "a normalised text is not UTF-8");
  hold(!even.moved || even.origins.size() == even.size, "not every byte has an origin");
  const text::WordPiece pieces(tokenizer.vocabulary(), tokenizer.vocabulary().id("[UNK]"),
                               *tokenizer.options().longest_word);
  text::for_each_word(even.text(), tokenizer.characters(), [&](std::size_t begin, std::size_t end) {
    const std::string word(even.text().substr(begin, end - begin));
    std::vector<text::Piece> found;
    pieces.split(word, found);
    std::vector<int64_t> ids;
    for (const text::Piece& piece : found) ids.push_back(piece.id);
    hold(ids == plainly_cut(word, tokenizer.vocabulary(), *tokenizer.options().longest_word),
         "a word is cut differently");
  });
}

void try_text(Draw& draw) {
  const text::Tokenizer made = tokenizer(draw);
  const std::string line = bytes(draw, 30), other = bytes(draw, 30);
  const text::Tokens tokens = made.tokenize(line);
  check_spans(line, tokens);
  check_pieces(line, made);
  hold(made.tokenize(line, text::Keep::ids).ids == tokens.ids, "ids depend on whether offsets are kept");
  const text::Encoding pair = made.encode(line, other, {.max_length = draw.between(3, 40)});
  hold(pair.types.size() == pair.ids.size() && pair.sequences.size() == pair.ids.size(), "an encoding is uneven");
  static_cast<void>(made.decode(pair.ids));
}

// What write_tokenizer would write, with some bytes changed.
void try_json(Draw& draw) {
  std::string json = text::tokenizer_json(tokenizer(draw)).dump();
  for (int64_t i = draw.below(4); i > 0; --i) {
    const auto at = bertlet::to_size(draw.below(std::ssize(json)));
    if (draw.one_in(2))
      json[at] = static_cast<char>(draw.below(256));
    else
      json.erase(at, bertlet::to_size(draw.below(20)));
  }
  try {
    const bertlet::io::JsonDocument document = bertlet::io::parse_json(json, "F");
    text::TokenizerParts parts = text::parse_tokenizer_json(document.root());
    const text::Tokenizer made(std::move(parts.vocabulary), std::move(parts.options));
    static_cast<void>(made.tokenize(bytes(draw, 20)));
  } catch (const bertlet::Error& error) {
    hold(std::string_view(error.what()).find('\n') == std::string_view::npos, "an error has several lines");
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  return fuzz(fuzz_options(argument_count, arguments, 3000), [](Draw& draw, std::string& about) {
    about = draw.one_in(4) ? "tokenizer.json" : "text";
    about == "text" ? try_text(draw) : try_json(draw);
    return true;
  });
}
