#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/unicode/character.h"
#include "core/real.h"

namespace bertlet::text {

struct Span {
  int64_t begin = 0, end = 0;
  bool operator==(const Span&) const = default;
};

// The part of a text that such bytes are.
inline std::string_view stretch(std::string_view text, Span bytes) {
  return text.substr(to_size(bytes.begin), to_size(bytes.end - bytes.begin));
}

// What a text was cut into. All but the ids is there only if offsets were asked for.
struct Tokens {
  std::vector<int64_t> ids;
  std::vector<Span> bytes, characters;  // where in the text; a broken byte sequence counts as one character
  std::vector<int64_t> words;           // which word of the text, 0, 1, 2, …
};

// Turns spans of bytes into spans of characters.
std::vector<Span> character_spans(std::string_view text, const std::vector<Span>& bytes);

// What a model is given, and where it comes from. Of what was not asked for the vectors are empty.
struct Encoding {
  std::vector<int64_t> ids;
  std::vector<int64_t> types;           // 0: [CLS] first [SEP], 1: second [SEP]
  std::vector<int64_t> mask;            // 1, and 0 at padding
  std::vector<bool> special;            // [CLS], [SEP] and padding
  std::vector<Span> bytes, characters;  // in the text it comes from; {0, 0} for special tokens
  std::vector<int64_t> words;           // in that text; none for special tokens
  std::vector<int64_t> sequences;       // 0: first, 1: second; none for special tokens
  std::vector<Encoding> overflow;       // the windows after this one

  static constexpr int64_t none = -1;
  std::optional<Span> tokens_of(int64_t word, int64_t sequence = 0) const;
  std::optional<int64_t> token_at(int64_t character, int64_t sequence = 0) const;
  int64_t size() const { return static_cast<int64_t>(ids.size()); }
};

enum class Truncation {
  longest_first,  // where a pair is too long, tokens are taken from the longer text
  only_first,
  only_second,
  never,  // too long is an error
};

enum class KeptPart {
  head,           // the beginning is kept
  tail,           // the end
  head_and_tail,  // the first `head` tokens, and as many of the last as there is room for
};

struct EncodeOptions {
  bool special = true;  // with [CLS] and [SEP]
  std::optional<int64_t> max_length = {};
  Truncation truncation = Truncation::longest_first;
  KeptPart part = KeptPart::head;
  int64_t head = 128;     // with 382 for the tail of 512 it did best in Sun et al. 2019
  bool overflow = false;  // what was cut off comes in windows, of a pair's only_first or only_second text
  int64_t stride = 0;     // how many tokens a window shares with the one before
  Keep keep = Keep::offsets;
};

// The special tokens around texts.
struct Frame {
  std::optional<int64_t> cls, sep;  // nothing: the vocabulary has none
  Rules rules;  // when both texts of a pair are equally long, Hugging Face's `tokenizers` may cut the first one
};

Encoding assembled(const Tokens& first, const Tokens* second, const Frame& frame, const EncodeOptions& options);

struct PadOptions {
  int64_t id = 0;                  // tokenizer.pad_id()
  int64_t length = 0;              // nothing: the longest encoding
  int64_t multiple_of = 1;         // rounded up to
  KeptPart real = KeptPart::head;  // where the real tokens are: head pads on the right, tail on the left
};
void pad(std::vector<Encoding>& encodings, const PadOptions& options = {});

struct DecodeOptions {
  bool special = true;   // false: without special tokens
  bool clean_up = true;  // no space before . , ! ? and in don't
};

// Spaces as people write them: "do n't , he said ." becomes "don't, he said."
std::string cleaned_up(std::string text);

}  // namespace bertlet::text
