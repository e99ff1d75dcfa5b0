#include "bert/data/sentences.h"

#include <algorithm>
#include <array>

#include "bert/text/unicode/character.h"
#include "bert/text/unicode/character_table.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::data {

namespace {

constexpr std::array<std::string_view, 49> abbreviations = {
    "mr",   "mrs", "ms",   "dr",  "prof", "st",   "mt",   "rev",    "hon", "gen",   "col", "capt", "lt",
    "sgt",  "maj", "cmdr", "gov", "sen",  "rep",  "pres", "jr",     "sr",  "esq",   "vs",  "etc",  "e.g",
    "i.e",  "cf",  "viz",  "al",  "no",   "nos",  "vol",  "pp",     "fig", "figs",  "ch",  "ed",   "eds",
    "dept", "inc", "ltd",  "co",  "corp", "bros", "ave",  "approx", "mme", "messrs"};

bool is_space(char32_t c) { return text::is_space(c, text::Rules::huggingface); }
bool is_one_of(char32_t c, std::u32string_view set) { return set.find(c) != std::u32string_view::npos; }
bool ends_sentence(char32_t c) { return is_one_of(c, U".!?…。！？"); }
bool ends_always(char32_t c) { return is_one_of(c, U"。！？"); }
bool closes(char32_t c) { return is_one_of(c, U"\"')]}”’»」』）"); }
bool opens(char32_t c) { return is_one_of(c, U"\"'([{“‘«「『（—-"); }
bool is_small(char32_t c) { return text::is_cased(c) && text::lower(c) == std::u32string(1, c); }

// The end of the characters from `at` on for which `is` holds.
template <class F>
std::size_t skip(std::string_view text, std::size_t at, const F& is) {
  while (at < text.size()) {
    const text::Decoded next = text::decode(text.substr(at));
    if (!is(next.c)) break;
    at += to_size(next.length);
  }
  return at;
}

// Whether the dot after this text belongs to its last word.
bool is_abbreviated(std::string_view before) {
  const std::size_t space = before.find_last_of(" \t\n\r([\"'");
  const std::string_view word = before.substr(space == std::string_view::npos ? 0 : space + 1);
  std::string small;
  for (const char c : word) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool is_initial = word.size() == 1 && word.front() >= 'A' && word.front() <= 'Z';
  return is_initial || std::ranges::find(abbreviations, small) != abbreviations.end();
}

// Whether what stands from `at` on, behind a full stop, can be the beginning of a sentence.
bool may_begin(std::string_view text, std::size_t at) {
  const std::size_t next = skip(text, at, is_space);
  if (next == text.size()) return true;
  if (next == at) return false;
  const std::size_t letter = skip(text, next, opens);
  return letter == text.size() || !is_small(text::decode(text.substr(letter)).c);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(skip(text, 0, is_space));
  while (!text.empty()) {
    const text::Decoded last = text::decode_last(text);
    if (!is_space(last.c)) break;
    text.remove_suffix(to_size(last.length));
  }
  return text;
}

bool is_blank(std::string_view line) { return skip(line, 0, is_space) == line.size(); }

std::vector<std::string_view> split_sentences(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  const auto end_at = [&](std::size_t end) {
    if (const std::string_view sentence = trimmed(text.substr(begin, end - begin)); !sentence.empty())
      sentences.push_back(sentence);
    begin = end;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t stop = skip(text, at, [](char32_t c) { return !ends_sentence(c); });
    const std::size_t stops = skip(text, stop, ends_sentence), end = skip(text, stops, closes);
    if (stop == text.size()) break;
    const bool is_one_dot = text.substr(stop, stops - stop) == ".";
    if (ends_always(text::decode_last(text.substr(0, stops)).c) ||
        (may_begin(text, end) && !(is_one_dot && is_abbreviated(text.substr(begin, stop - begin)))))
      end_at(end);
    at = end;
  }
  end_at(text.size());
  return sentences;
}

}  // namespace bertlet::data
