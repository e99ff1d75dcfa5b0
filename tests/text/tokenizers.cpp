#include "tests/text/tokenizers.h"

#include "bert/text/tokenizer/normalizer.h"
#include "tests/conformance.h"

text::TextOptions cased() { return {.lower_case = false}; }

text::TextOptions google(bool lower_case) { return {.rules = text::Rules::google, .lower_case = lower_case}; }

text::Tokenizer toy(Strings vocabulary, const text::TextOptions& options) {
  return text::Tokenizer(text::Vocabulary(std::move(vocabulary)), {.text = options});
}

std::optional<text::Tokenizer> published(const std::string& name, const text::TextOptions& options) {
  const auto path = conformance_path("data/bert-base-" + name + "-vocab.txt");
  if (!path) return {};
  return text::Tokenizer(text::Vocabulary::read(*path, options.rules), {.text = options});
}

std::string normal(std::string_view text, const text::TextOptions& options) {
  const text::CharacterTable table(options);
  return std::string(text::normalized(text, table, text::Keep::offsets).text());
}

Strings words(std::string_view text, const text::TextOptions& options) {
  const text::CharacterTable table(options);
  const text::Normalized even = text::normalized(text, table, text::Keep::ids);
  Strings found;
  text::for_each_word(even.text(), table, [&](std::size_t begin, std::size_t end) {
    found.emplace_back(even.text().substr(begin, end - begin));
  });
  return found;
}

Strings names(const text::Tokenizer& tokenizer, const std::vector<int64_t>& ids) {
  Strings result;
  for (const int64_t id : ids) result.push_back(tokenizer.vocabulary().token(id));
  return result;
}

Strings tokens(const text::Tokenizer& tokenizer, std::string_view text) {
  return names(tokenizer, tokenizer.tokenize(text).ids);
}

Strings pieces(const text::Vocabulary& vocabulary, std::string_view text, int64_t longest) {
  const text::WordPiece splitter(vocabulary, vocabulary.find("[UNK]").value_or(0), longest);
  Strings result;
  for (const std::string& word : words(text, {.basic = false})) {
    std::vector<text::Piece> found;
    splitter.split(word, found);
    for (const text::Piece& piece : found) result.push_back(vocabulary.token(piece.id));
  }
  return result;
}

text::Span span(const nlohmann::json& pair) { return {pair.at(0), pair.at(1)}; }

std::vector<text::Span> spans(const nlohmann::json& pairs) {
  std::vector<text::Span> result;
  for (const auto& pair : pairs) result.push_back(span(pair));
  return result;
}
