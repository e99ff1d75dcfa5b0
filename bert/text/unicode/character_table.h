#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bert/text/unicode/character.h"

namespace bertlet::text {

struct TextOptions {
  Rules rules = Rules::huggingface;
  bool clean = true;                       // control characters removed, every kind of space a space
  bool chinese = true;                     // ideographs are words of their own
  bool lower_case = true;                  // false: a cased model
  std::optional<bool> strip_accents = {};  // nothing: as lower_case
  bool basic = true;                       // false: words end at spaces, and nothing else is done to the text

  bool strips() const { return basic && strip_accents.value_or(lower_case); }
  bool lowers() const { return basic && lower_case; }
};

inline constexpr char32_t capital_sigma = 0x3A3;  // whose lower case depends on the letters around it

// What each character becomes under the options, and what it is to the words around it. Computed for 256 characters
// at a time, when the first of them is met; threads may share a table.
class CharacterTable {
 public:
  explicit CharacterTable(const TextOptions& options) : options_(options) {}
  CharacterTable(const CharacterTable&) = delete;
  CharacterTable& operator=(const CharacterTable&) = delete;
  ~CharacterTable();

  enum Bits : std::uint8_t {
    same_shape = 1,  // becomes one character of as many bytes
    in_context = 2,  // what it becomes depends on its neighbours: see normalizer.cpp
    space = 4,       // it ends a word
    sign = 8,        // it is a word of its own
  };
  struct Entry {
    std::uint16_t offset;
    std::uint8_t length, bits;
  };

  Entry entry(char32_t c) const { return page(c)[c % page_size]; }
  std::string_view becomes(char32_t c) const;
  const Entry* ascii() const { return page(0).entries.data(); }
  const TextOptions& options() const { return options_; }

 private:
  static constexpr char32_t page_size = 256;
  struct Page {
    std::array<Entry, page_size> entries;
    std::string bytes;
    const Entry& operator[](char32_t c) const { return entries[c]; }
  };

  const Page& page(char32_t c) const {
    const Page* page = pages_[c / page_size].load(std::memory_order_acquire);
    return page != nullptr ? *page : make_page(c / page_size);
  }
  const Page& make_page(char32_t number) const;
  std::uint8_t bits_of(char32_t c, std::u32string_view becomes) const;

  TextOptions options_;
  mutable std::array<std::atomic<const Page*>, 0x110000 / page_size> pages_ = {};
};

// The canonical decomposition, as far as the rules' source knows it.
std::u32string decomposed(char32_t c, Rules rules);
std::u32string lower(char32_t c);
std::uint8_t combining_class(char32_t c);

// What a character becomes, whatever its neighbours are.
std::u32string folded(char32_t c, const TextOptions& options);

}  // namespace bertlet::text
