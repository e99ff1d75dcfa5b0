#pragma once
#include <filesystem>
#include <memory>
#include <span>

#include "bert/text/tokenizer/added_tokens.h"
#include "bert/text/tokenizer/encoding.h"
#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/tokenizer/wordpiece.h"
#include "bert/text/vocabulary/vocabulary.h"

// From text to ids and back.
//
//   const Tokenizer tokenizer(Vocabulary::read("vocab.txt"));
//   const Encoding encoding = tokenizer.encode("Héllo, world!");
//   encoding.ids;                       // 101 7592 1010 2088 999 102
//   tokenizer.decode(encoding.ids);     // "[CLS] hello, world! [SEP]"
namespace bertlet::text {

struct SpecialTokens {
  std::string unknown = "[UNK]", cls = "[CLS]", sep = "[SEP]", pad = "[PAD]", mask = "[MASK]";
};

struct TokenizerOptions {
  TextOptions text = {};
  std::optional<int64_t> longest_word = {};  // in characters; nothing: 100, or 200 by Google's rules
  SpecialTokens special = {};                // found in the text too, except by Google's rules
  std::vector<std::string> never_split = {};
  std::vector<AddedToken> added = {};               // get ids at the end of the vocabulary, unless they are in it
  int64_t max_length = 512;                         // what the model can take; encode() does not ask
  std::string huggingface_class = "BertTokenizer";  // for the files: DistilBERT's gives no token types there
};

class Tokenizer {
 public:
  explicit Tokenizer(Vocabulary vocabulary, TokenizerOptions options = {});

  // One text without [CLS] and [SEP].
  Tokens tokenize(std::string_view text, Keep keep = Keep::offsets) const;

  // With [CLS] and [SEP], cut to length: one text, or a pair.
  Encoding encode(std::string_view text, const EncodeOptions& options = {}) const;
  Encoding encode(std::string_view text, std::string_view pair, const EncodeOptions& options = {}) const;

  // A text that is in words already: offsets count inside each word, and `words` is the number of the word given.
  Encoding encode_words(std::span<const std::string> words, const EncodeOptions& options = {}) const;
  Encoding encode_words(std::span<const std::string> words, std::span<const std::string> pair,
                        const EncodeOptions& options = {}) const;

  // Many at once on all threads, in order.
  std::vector<Encoding> encode_batch(std::span<const std::string> texts, const EncodeOptions& options = {}) const;
  std::vector<Encoding> encode_batch(std::span<const std::pair<std::string, std::string>> pairs,
                                     const EncodeOptions& options = {}) const;

  std::string decode(std::span<const int64_t> ids, const DecodeOptions& options = {}) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const TokenizerOptions& options() const { return options_; }
  const CharacterTable& characters() const { return *characters_; }
  const WordPiece& pieces() const { return pieces_; }
  int64_t pad_id() const { return vocabulary_.id(options_.special.pad); }
  int64_t mask_id() const { return vocabulary_.id(options_.special.mask); }
  bool is_special(int64_t id) const;

 private:
  friend class Cutter;
  Tokens tokenize_words(std::span<const std::string> words, Keep keep) const;

  Vocabulary vocabulary_;
  TokenizerOptions options_;
  std::unique_ptr<const CharacterTable> characters_;
  WordPiece pieces_;
  AddedTokens in_text_, in_normalized_;
  Frame frame_;
  std::vector<bool> special_;  // by id
};

}  // namespace bertlet::text
