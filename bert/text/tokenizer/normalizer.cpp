#include "bert/text/tokenizer/normalizer.h"

#include <algorithm>
#include <cstring>

#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

// Eight characters in a word of 64 bits.
using Eight = std::uint64_t;
constexpr Eight ones = 0x0101010101010101, tops = 0x8080808080808080;

// All between space and ~: borrows and carries of a byte that is not set its top bit.
bool all_printable(Eight eight) { return (((eight - 0x20 * ones) | (eight + ones) | eight) & tops) == 0; }

Eight lower(Eight eight) {
  const Eight from_a = eight + (0x80 - 'A') * ones, beyond_z = eight + (0x80 - 'Z' - 1) * ones;
  return eight | ((from_a & ~beyond_z & tops) >> 2);
}

// No character grows to more than three times its bytes, and no byte that is not UTF-8 either.
constexpr std::size_t growth = 3;

struct Decomposed {
  char32_t c;
  std::uint8_t order;
  bool has_place;  // the first of what one character of the text was decomposed into
};

class Writer {
 public:
  Writer(std::string_view text, const CharacterTable& table, Keep keep);
  Normalized run();

 private:
  std::size_t eights();
  void character();
  void in_context(Decoded first);
  void reorder();
  void step_back();
  bool is_cleaned_away(char32_t c) const;
  Rules rules() const { return table_.options().rules; }
  bool skips(char32_t c) const;
  bool letter_before() const;
  bool letter_after() const;
  void write(std::string_view bytes, std::size_t length);
  void put(std::string_view bytes, Origin origin);
  void begin_moving();

  const std::string_view text_;
  const CharacterTable& table_;
  const bool lowers_, keeps_origins_;
  Normalized out_;
  std::size_t at_ = 0;
};

Writer::Writer(std::string_view text, const CharacterTable& table, Keep keep)
    : text_(text), table_(table), lowers_(table.options().lowers()), keeps_origins_(keep == Keep::offsets) {
  require(text.size() <= longest_text, "tokenize: got a text of {} bytes, want at most {}", text.size(), longest_text);
  out_.bytes = std::make_unique_for_overwrite<char[]>(growth * text.size() + sizeof(Eight));
}

Normalized Writer::run() {
  while (at_ < text_.size()) {
    const std::size_t until = eights();
    while (at_ < until) character();
  }
  return std::move(out_);
}

// Takes what it can eight bytes at a time; returns where to try again.
std::size_t Writer::eights() {
  const char* const data = text_.data();
  char* const to = out_.bytes.get();
  std::size_t at = at_, size = out_.size;
  for (; at + sizeof(Eight) <= text_.size(); at += sizeof(Eight), size += sizeof(Eight)) {
    Eight eight;
    std::memcpy(&eight, data + at, sizeof eight);
    if (!all_printable(eight)) break;
    if (lowers_) eight = lower(eight);
    std::memcpy(to + size, &eight, sizeof eight);
    if (!out_.moved) continue;
    for (auto from = static_cast<std::uint32_t>(at); from < at + sizeof(Eight); ++from)
      out_.origins.push_back({from, from + 1});
  }
  at_ = at;
  out_.size = size;
  return std::min(text_.size(), at + sizeof(Eight));
}

void Writer::character() {
  const Decoded next = decode(text_.substr(at_));
  const CharacterTable::Entry entry = table_.entry(next.c);
  if ((entry.bits & CharacterTable::in_context) != 0) return in_context(next);
  const auto length = to_size(next.length);
  const bool stays = (entry.bits & CharacterTable::same_shape) != 0 && entry.length == length;
  if (keeps_origins_ && !stays) begin_moving();
  write(table_.becomes(next.c), length);
}

void Writer::begin_moving() {
  if (out_.moved) return;
  out_.moved = true;
  out_.origins.reserve(text_.size() + text_.size() / 4);
  for (std::uint32_t i = 0; i < out_.size; ++i) out_.origins.push_back({i, i + 1});
}

// What the next `length` bytes of the text become.
void Writer::write(std::string_view bytes, std::size_t length) {
  put(bytes, {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + length)});
  at_ += length;
}

void Writer::put(std::string_view bytes, Origin origin) {
  std::ranges::copy(bytes, out_.bytes.get() + out_.size);
  out_.size += bytes.size();
  if (out_.moved) out_.origins.insert(out_.origins.end(), bytes.size(), origin);
}

void Writer::in_context(Decoded first) {
  if (first.c != capital_sigma) return reorder();
  write(letter_before() && !letter_after() ? "ς" : "σ", to_size(first.length));
}

// Canonical order: signs that combine with a letter are sorted by their class. Where each stands in the text is not:
// the first takes the first place, as in Hugging Face's `tokenizers`.
void Writer::reorder() {
  if (keeps_origins_) begin_moving();
  step_back();
  std::vector<Decomposed> parts;
  std::vector<Origin> places;
  while (at_ < text_.size()) {
    const Decoded next = decode(text_.substr(at_));
    const std::size_t end = at_ + to_size(next.length);
    if (!is_cleaned_away(next.c)) {
      const std::u32string all = decomposed(next.c, rules());
      if (!parts.empty() && combining_class(all.front()) == 0) break;
      for (const char32_t& c : all) parts.push_back({c, combining_class(c), &c == all.data()});
      places.push_back({static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)});
    }
    at_ = end;
  }
  const auto letter_ends = std::ranges::find_if(parts, [](const Decomposed& part) { return part.order != 0; });
  std::stable_sort(letter_ends, parts.end(),
                   [](const Decomposed& a, const Decomposed& b) { return a.order < b.order; });
  std::size_t used = 0;
  for (const Decomposed& part : parts) {
    if (part.has_place) ++used;
    if (is_mark(part.c, rules())) continue;
    put(encoded(lowers_ ? text::lower(part.c) : std::u32string{part.c}), places[std::max<std::size_t>(used, 1) - 1]);
  }
}

// To the first of the signs that combine with the same letter; of those passed already nothing was written.
void Writer::step_back() {
  if (combining_class(decode(text_.substr(at_)).c) == 0) return;
  while (at_ > 0) {
    const Decoded last = decode_last(text_.substr(0, at_));
    if (!is_cleaned_away(last.c) && combining_class(last.c) == 0) return;
    at_ -= to_size(last.length);
  }
}

bool Writer::is_cleaned_away(char32_t c) const { return table_.options().clean && is_removed(c, rules()); }

bool Writer::skips(char32_t c) const { return is_case_ignorable(c) || is_cleaned_away(c); }

bool Writer::letter_before() const {
  std::string_view before = text_.substr(0, at_);
  while (!before.empty()) {
    const Decoded last = decode_last(before);
    if (!skips(last.c)) return is_cased(last.c);
    before.remove_suffix(to_size(last.length));
  }
  return false;
}

bool Writer::letter_after() const {
  std::string_view after = text_.substr(at_ + 2);
  while (!after.empty()) {
    const Decoded next = decode(after);
    if (!skips(next.c)) return is_cased(next.c);
    after.remove_prefix(to_size(next.length));
  }
  return false;
}

}  // namespace

Normalized normalized(std::string_view text, const CharacterTable& table, Keep keep) {
  return Writer(text, table, keep).run();
}

}  // namespace bertlet::text
