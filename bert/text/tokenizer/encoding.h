#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/unicode/character.h"

namespace bertlet::text {

struct Span {
  std::int64_t begin = 0, end = 0;
  bool operator==(const Span&) const = default;
};

// What a text was cut into. All but the ids is there only if offsets were asked for.
struct Tokens {
  std::vector<std::int64_t> ids;
  std::vector<Span> bytes, characters;  // where in the text; a broken byte sequence counts as one character
  std::vector<std::int64_t> words;      // which word of the text, 0, 1, 2, …
};

// Turns spans of bytes into spans of characters.
std::vector<Span> character_spans(std::string_view text, const std::vector<Span>& bytes);

// What a model is given, and where it comes from. Of what was not asked for the vectors are empty.
struct Encoding {
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> types;      // 0: [CLS] first [SEP], 1: second [SEP]
  std::vector<std::int64_t> mask;       // 1, and 0 at padding
  std::vector<bool> special;            // [CLS], [SEP] and padding
  std::vector<Span> bytes, characters;  // in the text it comes from; {0, 0} for special tokens
  std::vector<std::int64_t> words;      // in that text; none for special tokens
  std::vector<std::int64_t> sequences;  // 0: first, 1: second; none for special tokens
  std::vector<Encoding> overflow;       // the windows after this one

  static constexpr std::int64_t none = -1;
  std::optional<Span> tokens_of(std::int64_t word, std::int64_t sequence = 0) const;
  std::optional<std::int64_t> token_at(std::int64_t character, std::int64_t sequence = 0) const;
  std::int64_t size() const { return static_cast<std::int64_t>(ids.size()); }
};

enum class Truncation {
  longest_first,  // where a pair is too long, tokens are taken from the longer text
  only_first,
  only_second,
  never,  // too long is an error
};

enum class Part {
  head,           // the beginning is kept
  tail,           // the end
  head_and_tail,  // the first `head` tokens, and as many of the last as there is room for
};

struct EncodeOptions {
  bool special = true;  // with [CLS] and [SEP]
  std::optional<std::int64_t> max_length = {};
  Truncation truncation = Truncation::longest_first;
  Part part = Part::head;
  std::int64_t head = 128;  // with 382 for the tail of 512 it did best in Sun et al. 2019
  bool overflow = false;    // what was cut off comes in windows, of a pair's only_first or only_second text
  std::int64_t stride = 0;  // how many tokens a window shares with the one before
  Keep keep = Keep::offsets;
};

// The special tokens around texts.
struct Frame {
  std::optional<std::int64_t> cls, sep;  // nothing: the vocabulary has none
  Rules rules;  // when both texts of a pair are equally long, Hugging Face's `tokenizers` may cut the first one
};

Encoding assembled(const Tokens& first, const Tokens* second, const Frame& frame, const EncodeOptions& options);

struct Padding {
  std::int64_t id = 0;           // tokenizer.pad_id()
  std::int64_t length = 0;       // nothing: the longest encoding
  std::int64_t multiple_of = 1;  // rounded up to
  Part real = Part::head;        // where the real tokens are: head pads on the right, tail on the left
};
void pad(std::vector<Encoding>& encodings, const Padding& padding = {});

struct DecodeOptions {
  bool special = true;   // false: without special tokens
  bool clean_up = true;  // no space before . , ! ? and in don't
};

// Spaces as people write them: "do n't , he said ." becomes "don't, he said."
std::string cleaned_up(std::string text);

}  // namespace bertlet::text
