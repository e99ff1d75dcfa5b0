#include "bert/text/tokenizer/encoding.h"

#include <algorithm>
#include <utility>

#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(byte));
  return all < 0x80;
}

// How many characters begin before each byte, and before the end.
std::vector<std::uint32_t> characters_before(std::string_view text) {
  std::vector<std::uint32_t> before;
  before.reserve(text.size() + 1);
  std::uint32_t count = 0;
  for (; !text.empty(); ++count) {
    const auto length = to_size(decode(text).length);
    before.push_back(count);
    before.insert(before.end(), length - 1, count + 1);
    text.remove_prefix(length);
  }
  before.push_back(count);
  return before;
}

}  // namespace

std::vector<Span> character_spans(std::string_view text, const std::vector<Span>& bytes) {
  if (is_ascii(text)) return bytes;
  const std::vector<std::uint32_t> before = characters_before(text);
  std::vector<Span> spans;
  spans.reserve(bytes.size());
  for (const Span& span : bytes) spans.push_back({before[to_size(span.begin)], before[to_size(span.end)]});
  return spans;
}

namespace {

using Size = int64_t;

// Which tokens of a text are kept: ranges, one after another.
using Window = std::vector<Span>;

Size size_of(const Window& window) {
  Size size = 0;
  for (const Span& span : window) size += span.end - span.begin;
  return size;
}

// The first window keeps what the options say, the others slide over the rest.
std::vector<Window> windows(Size size, Size room, const EncodeOptions& options) {
  if (size <= room) return {{{0, size}}};
  if (options.part == KeptPart::head_and_tail) {
    const Size head = std::min(options.head, room);
    return {{{0, head}, {size - (room - head), size}}};
  }
  const bool from_head = options.part == KeptPart::head;
  if (!options.overflow) return {{from_head ? Span{0, room} : Span{size - room, size}}};
  require(options.stride >= 0 && options.stride < room,
          "encode: got a stride of {}, want less than the {} tokens that a window has room for", options.stride, room);
  std::vector<Window> all;
  for (Size begin = 0; all.empty() || all.back().back().end < size; begin += room - options.stride)
    all.push_back({{begin, std::min(begin + room, size)}});
  if (!from_head)  // the same, counted from the end
    for (Window& window : all) window = {{size - window[0].end, size - window[0].begin}};
  return all;
}

struct Room {
  Size first, second;
};

// Tokens are taken one by one from the longer text. Google takes from the second when both are equally long;
// `tokenizers` halves the room and gives what is left over to the text that was longer, or else to the second.
Room shared(Size first, Size second, Size limit, Rules rules) {
  if (first + second <= limit) return {first, second};
  const Size shorter = std::min(first, second);
  if (2 * shorter <= limit) return first <= second ? Room{first, limit - first} : Room{limit - second, second};
  const Size less = limit / 2, more = limit - less;
  const bool first_gets_more = rules == Rules::google || first > second;
  return first_gets_more ? Room{more, less} : Room{less, more};
}

Room room_for(Size first, Size second, bool is_pair, const Frame& frame, const EncodeOptions& options) {
  if (!options.max_length) return {first, second};
  const Size around = options.special ? (is_pair ? 3 : 2) : 0, limit = *options.max_length - around;
  require(limit >= 0, "encode: got a longest length of {}, want at least the {} special tokens", *options.max_length,
          around);
  if (first + second <= limit) return {first, second};
  require(options.truncation != Truncation::never, "encode: got {} tokens, want at most {}", first + second, limit);
  if (!is_pair) return {limit, 0};
  if (options.truncation == Truncation::longest_first) return shared(first, second, limit, frame.rules);
  const bool cuts_first = options.truncation == Truncation::only_first;
  const Size other = cuts_first ? second : first;
  require(other <= limit, "encode: got {} tokens in the text that is not to be cut, want at most {}", other, limit);
  return cuts_first ? Room{limit - other, other} : Room{other, limit - other};
}

// Puts an encoding together, stretch by stretch.
class Assembler {
 public:
  Assembler(const Frame& frame, const EncodeOptions& options) : frame_(frame), options_(options) {}

  Encoding one(const Tokens& first, const Window& first_window, const Tokens* second, const Window& second_window) {
    made_ = {};
    reserve(size_of(first_window) + size_of(second_window) + 3);
    special(frame_.cls, 0);
    text(first, first_window, 0);
    special(frame_.sep, 0);
    if (second != nullptr) {
      text(*second, second_window, 1);
      special(frame_.sep, 1);
    }
    return std::move(made_);
  }

 private:
  void reserve(Size size) {
    const auto count = to_size(size);
    for (auto* values : {&made_.ids, &made_.types, &made_.mask}) values->reserve(count);
    made_.special.reserve(count);
    if (options_.keep == Keep::ids) return;
    for (auto* spans : {&made_.bytes, &made_.characters}) spans->reserve(count);
    for (auto* values : {&made_.words, &made_.sequences}) values->reserve(count);
  }

  void special(std::optional<int64_t> id, int64_t type) {
    if (!options_.special) return;
    made_.ids.push_back(*id);
    fill(type, true, Encoding::none);
    if (options_.keep == Keep::ids) return;
    made_.bytes.emplace_back();
    made_.characters.emplace_back();
    made_.words.push_back(Encoding::none);
  }

  void text(const Tokens& tokens, const Window& window, int64_t sequence) {
    const auto copy = [](const auto& from, Span span, auto& to) {
      to.insert(to.end(), from.begin() + span.begin, from.begin() + span.end);
    };
    for (const Span& span : window) {
      copy(tokens.ids, span, made_.ids);
      fill(sequence, false, sequence);
      if (options_.keep == Keep::ids) continue;
      copy(tokens.bytes, span, made_.bytes);
      copy(tokens.characters, span, made_.characters);
      copy(tokens.words, span, made_.words);
    }
  }

  // What goes with the ids added last.
  void fill(int64_t type, bool special, int64_t sequence) {
    const std::size_t size = made_.ids.size();
    made_.types.resize(size, type);
    made_.mask.resize(size, 1);
    made_.special.resize(size, special);
    if (options_.keep == Keep::offsets) made_.sequences.resize(size, sequence);
  }

  const Frame& frame_;
  const EncodeOptions& options_;
  Encoding made_;
};

void pad_one(Encoding& encoding, Size length, const PadOptions& options) {
  const auto missing = to_size(std::max<Size>(0, length - encoding.size()));
  const bool has_offsets = encoding.bytes.size() == encoding.ids.size();
  const auto fill = [&](auto& values, auto value) {
    values.insert(options.real == KeptPart::head ? values.end() : values.begin(), missing, value);
  };
  fill(encoding.ids, options.id);
  fill(encoding.types, Size{0});
  fill(encoding.mask, Size{0});
  fill(encoding.special, true);
  if (!has_offsets) return;
  fill(encoding.bytes, Span());
  fill(encoding.characters, Span());
  fill(encoding.words, Encoding::none);
  fill(encoding.sequences, Encoding::none);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t found; (found = text.find(from, at)) != std::string::npos; at = found + from.size())
    result.append(text, at, found - at).append(to);
  text = result.append(text, at);
}

}  // namespace

Encoding assembled(const Tokens& first, const Tokens* second, const Frame& frame, const EncodeOptions& options) {
  const Size first_size = std::ssize(first.ids), second_size = second == nullptr ? 0 : std::ssize(second->ids);
  const Room room = room_for(first_size, second_size, second != nullptr, frame, options);
  const std::vector<Window> firsts = windows(first_size, room.first, options);
  const std::vector<Window> seconds = windows(second_size, room.second, options);
  require(firsts.size() == 1 || seconds.size() == 1,
          "encode: got a pair in which both texts overflow, want only_first or only_second");
  require(!options.special || (frame.cls && frame.sep), "encode: the vocabulary has no [CLS] or [SEP]");
  Assembler assembler(frame, options);
  Encoding encoding = assembler.one(first, firsts[0], second, seconds[0]);
  for (std::size_t i = 1; i < firsts.size(); ++i)
    encoding.overflow.push_back(assembler.one(first, firsts[i], second, seconds[0]));
  for (std::size_t i = 1; i < seconds.size(); ++i)
    encoding.overflow.push_back(assembler.one(first, firsts[0], second, seconds[i]));
  return encoding;
}

std::optional<Span> Encoding::tokens_of(int64_t word, int64_t sequence) const {
  std::optional<Span> found;
  for (Size i = 0; i < std::ssize(words); ++i) {
    const auto at = to_size(i);
    if (words[at] != word || sequences[at] != sequence) continue;
    found = Span{found ? found->begin : i, i + 1};
  }
  return found;
}

std::optional<int64_t> Encoding::token_at(int64_t character, int64_t sequence) const {
  for (std::size_t i = 0; i < characters.size(); ++i)
    if (sequences[i] == sequence && characters[i].begin <= character && character < characters[i].end)
      return static_cast<int64_t>(i);
  return {};
}

void pad(std::vector<Encoding>& encodings, const PadOptions& options) {
  require(options.multiple_of > 0, "pad: got a multiple of {}, want at least 1", options.multiple_of);
  Size length = options.length;
  if (length == 0)
    for (const Encoding& encoding : encodings) length = std::max(length, encoding.size());
  length = (length + options.multiple_of - 1) / options.multiple_of * options.multiple_of;
  for (Encoding& encoding : encodings) pad_one(encoding, length, options);
}

std::string cleaned_up(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> replacements[] = {
      {" .", "."},     {" ?", "?"},   {" !", "!"},   {" ,", ","},     {" ' ", "'"},
      {" n't", "n't"}, {" 'm", "'m"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : replacements) replace_all(text, from, to);
  return text;
}

}  // namespace bertlet::text
