#include "bert/text/tokenizer/tokenizer.h"

#include "bert/text/tokenizer/normalizer.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

constexpr int64_t texts_at_once = 16;

TokenizerOptions checked(TokenizerOptions options) {
  const bool google = options.text.rules == Rules::google;
  if (!options.longest_word) options.longest_word = google ? 200 : 100;
  require(*options.longest_word > 0, "tokenizer: got a longest word of {}, want at least 1", *options.longest_word);
  return options;
}

// What is looked for in a text before it is cut into words.
std::vector<AddedToken> all_added(const TokenizerOptions& options) {
  const SpecialTokens& special = options.special;
  std::vector<AddedToken> added;
  if (options.text.rules == Rules::huggingface)
    for (const std::string& token : {special.unknown, special.sep, special.pad, special.cls, special.mask})
      added.push_back({.content = token});
  for (const std::string& word : options.never_split)
    added.push_back({.content = word, .special = false, .alone = true});
  added.insert(added.end(), options.added.begin(), options.added.end());
  return added;
}

// Tokens of one kind with their ids: added ones get one, special ones that the vocabulary lacks are not looked for.
std::vector<AddedTokens::Item> items_of(const TokenizerOptions& options, Vocabulary& vocabulary, bool normalized,
                                        const CharacterTable& table) {
  std::vector<AddedTokens::Item> items;
  for (AddedToken& token : all_added(options)) {
    if (token.normalized != normalized || token.content.empty()) continue;
    const auto id = token.alone ? vocabulary.find(token.content).value_or(vocabulary.id(options.special.unknown))
                                : vocabulary.find(token.content);
    if (!id) continue;
    if (normalized) token.content = text::normalized(token.content, table, Keep::ids).text();
    items.push_back({std::move(token), *id});
  }
  return items;
}

Vocabulary with_added(Vocabulary vocabulary, const TokenizerOptions& options) {
  for (const AddedToken& token : options.added) vocabulary.add(token.content);
  return vocabulary;
}

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary, TokenizerOptions options)
    : vocabulary_(std::move(vocabulary)),
      options_(checked(std::move(options))),
      characters_(std::make_unique<const CharacterTable>(options_.text)),
      pieces_(vocabulary_, vocabulary_.id(options_.special.unknown), *options_.longest_word),
      frame_{.cls = vocabulary_.find(options_.special.cls),
             .sep = vocabulary_.find(options_.special.sep),
             .rules = options_.text.rules} {
  vocabulary_ = with_added(std::move(vocabulary_), options_);
  in_text_ = AddedTokens(items_of(options_, vocabulary_, false, *characters_));
  in_normalized_ = AddedTokens(items_of(options_, vocabulary_, true, *characters_));
  special_.resize(to_size(vocabulary_.size()));
  const SpecialTokens& names = options_.special;
  for (const std::string& token : {names.unknown, names.cls, names.sep, names.pad, names.mask})
    if (const auto id = vocabulary_.find(token)) special_[to_size(*id)] = true;
  for (const AddedToken& token : options_.added)
    if (token.special) special_[to_size(vocabulary_.id(token.content))] = true;
}

bool Tokenizer::is_special(int64_t id) const { return special_.at(to_size(id)); }

// Cuts one text.
class Cutter {
 public:
  Cutter(const Tokenizer& tokenizer, Keep keep) : tokenizer_(tokenizer), keep_(keep) {}
  Tokens run(std::string_view text);

 private:
  void cut(std::string_view text, std::size_t begin, std::size_t end);
  void cut_normalized(const Normalized& part, std::size_t begin, std::size_t end, std::size_t base);
  void word(const Normalized& part, std::size_t begin, std::size_t end, std::size_t base);
  void add(int64_t id, Origin origin, std::size_t base);

  const Tokenizer& tokenizer_;
  const Keep keep_;
  Tokens tokens_;
  std::vector<Piece> pieces_;
  int64_t words_ = 0;
};

Tokens Cutter::run(std::string_view text) {
  tokens_.ids.reserve(text.size() / 4 + 2);
  std::size_t from = 0;
  while (const auto found = tokenizer_.in_text_.next(text, from)) {
    cut(text, from, found->begin);
    add(found->id, {0, static_cast<std::uint32_t>(found->end - found->begin)}, found->begin);
    ++words_;
    from = found->end;
  }
  cut(text, from, text.size());
  if (keep_ == Keep::offsets) tokens_.characters = character_spans(text, tokens_.bytes);
  return std::move(tokens_);
}

void Cutter::cut(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  const Normalized part = normalized(text.substr(begin, end - begin), *tokenizer_.characters_, keep_);
  std::size_t from = 0;
  while (const auto found = tokenizer_.in_normalized_.next(part.text(), from)) {
    cut_normalized(part, from, found->begin, begin);
    add(found->id, part.origin(found->begin, found->end), begin);
    ++words_;
    from = found->end;
  }
  cut_normalized(part, from, part.size, begin);
}

void Cutter::cut_normalized(const Normalized& part, std::size_t begin, std::size_t end, std::size_t base) {
  for_each_word(part.text().substr(begin, end - begin), *tokenizer_.characters_,
                [&](std::size_t from, std::size_t to) { word(part, begin + from, begin + to, base); });
}

void Cutter::word(const Normalized& part, std::size_t begin, std::size_t end, std::size_t base) {
  pieces_.clear();
  tokenizer_.pieces_.split(part.text().substr(begin, end - begin), pieces_);
  std::size_t from = begin;
  for (const Piece& piece : pieces_) {
    if (keep_ == Keep::ids)
      tokens_.ids.push_back(piece.id);
    else
      add(piece.id, part.origin(from, begin + piece.end), base);
    from = begin + piece.end;
  }
  ++words_;
}

void Cutter::add(int64_t id, Origin origin, std::size_t base) {
  tokens_.ids.push_back(id);
  if (keep_ == Keep::ids) return;
  tokens_.bytes.push_back({static_cast<int64_t>(base + origin.begin), static_cast<int64_t>(base + origin.end)});
  tokens_.words.push_back(words_);
}

Tokens Tokenizer::tokenize(std::string_view text, Keep keep) const { return Cutter(*this, keep).run(text); }

Tokens Tokenizer::tokenize_words(std::span<const std::string> words, Keep keep) const {
  Tokens all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Tokens one = tokenize(words[i], keep);
    all.ids.insert(all.ids.end(), one.ids.begin(), one.ids.end());
    all.bytes.insert(all.bytes.end(), one.bytes.begin(), one.bytes.end());
    all.characters.insert(all.characters.end(), one.characters.begin(), one.characters.end());
    all.words.insert(all.words.end(), one.words.size(), static_cast<int64_t>(i));
  }
  return all;
}

Encoding Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  return assembled(tokenize(text, options.keep), nullptr, frame_, options);
}

Encoding Tokenizer::encode(std::string_view text, std::string_view pair, const EncodeOptions& options) const {
  const Tokens second = tokenize(pair, options.keep);
  return assembled(tokenize(text, options.keep), &second, frame_, options);
}

Encoding Tokenizer::encode_words(std::span<const std::string> words, const EncodeOptions& options) const {
  return assembled(tokenize_words(words, options.keep), nullptr, frame_, options);
}

Encoding Tokenizer::encode_words(std::span<const std::string> words, std::span<const std::string> pair,
                                 const EncodeOptions& options) const {
  const Tokens second = tokenize_words(pair, options.keep);
  return assembled(tokenize_words(words, options.keep), &second, frame_, options);
}

std::vector<Encoding> Tokenizer::encode_batch(std::span<const std::string> texts, const EncodeOptions& options) const {
  std::vector<Encoding> encodings(texts.size());
  parallel_for(std::ssize(texts), texts_at_once, [&](int64_t begin, int64_t end) {
    for (auto i = to_size(begin); i < to_size(end); ++i) encodings[i] = encode(texts[i], options);
  });
  return encodings;
}

std::vector<Encoding> Tokenizer::encode_batch(std::span<const std::pair<std::string, std::string>> pairs,
                                              const EncodeOptions& options) const {
  std::vector<Encoding> encodings(pairs.size());
  parallel_for(std::ssize(pairs), texts_at_once, [&](int64_t begin, int64_t end) {
    for (auto i = to_size(begin); i < to_size(end); ++i)
      encodings[i] = encode(pairs[i].first, pairs[i].second, options);
  });
  return encodings;
}

std::string Tokenizer::decode(std::span<const int64_t> ids, const DecodeOptions& options) const {
  std::string text;
  for (const int64_t id : ids) {
    const std::string& token = vocabulary_.token(id);
    if (!options.special && is_special(id)) continue;
    if (!text.empty() && !token.starts_with(inside_mark)) text += ' ';
    text += text.empty() || !token.starts_with(inside_mark) ? token : token.substr(inside_mark.size());
  }
  return options.clean_up ? cleaned_up(std::move(text)) : text;
}

}  // namespace bertlet::text
