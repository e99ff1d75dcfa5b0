// JSON from text, as RFC 8259 has it and nothing more; a byte order mark in front is passed over.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "bert/io/json/document.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Which bytes stand in a string for themselves: ASCII without quotes, backslashes and control characters.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> is = {};
  for (std::size_t byte = ' '; byte < 0x80; ++byte) is[byte] = byte != '"' && byte != '\\';
  return is;
}();

class Reader {
 public:
  Reader(std::string_view text, const std::string& name, Repeats repeats)
      : name_(name), repeats_(repeats), begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  Json document() {
    if (left().starts_with("\xEF\xBB\xBF")) at_ += 3;
    Json root = value(0);
    skip_space();
    if (at_ != end_) refuse("the end");
    return root;
  }

 private:
  std::string_view left() const { return {at_, to_size(end_ - at_)}; }
  char next() const { return at_ == end_ ? '\0' : *at_; }  // NUL is nowhere allowed, so it may stand for the end
  void skip_space() {
    while (at_ != end_ && is_space(*at_)) ++at_;
  }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  bool take_after_space(char c) {
    skip_space();
    return take(c);
  }

  [[noreturn]] void refuse(std::string_view wanted) const { refuse(at_, wanted); }
  [[noreturn]] void refuse(const char* place, std::string_view wanted) const {
    const std::string got = place == end_ ? "the end"
                            : *place > ' ' && *place != 0x7F
                                ? fmt::format("'{}'", *place)
                                : fmt::format("byte {:02X}", static_cast<unsigned char>(*place));
    throw Error(fmt::format("{}: {}: syntax error: got {}, want {}", name_, line_and_column(place), got, wanted));
  }
  std::string line_and_column(const char* place) const {
    const std::string_view before(begin_, to_size(place - begin_));
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    return fmt::format("line {}, column {}", std::ranges::count(before, '\n') + 1, before.size() - line_begin + 1);
  }

  Json value(std::size_t depth) {
    require(depth <= deepest_json, "{}: is nested deeper than {} levels", name_, deepest_json);
    skip_space();
    switch (next()) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"':
        return string();
      case 't':
        return word("true", true);
      case 'f':
        return word("false", false);
      case 'n':
        return word("null", nullptr);
      default:
        return number();
    }
  }

  Json word(std::string_view spelled, Json means) {
    if (!left().starts_with(spelled)) refuse(spelled);
    at_ += spelled.size();
    return means;
  }

  Json object(std::size_t depth) {
    Json members = Json::object();
    ++at_;
    if (take_after_space('}')) return members;
    do {
      skip_space();
      if (next() != '"') refuse("a key");
      const std::string key = string();
      require(repeats_ == Repeats::last_counts || !members.contains(key), "{}: has '{}' twice", name_, key);
      if (!take_after_space(':')) refuse("':'");
      members[key] = value(depth);
    } while (take_after_space(','));
    if (!take('}')) refuse("',' or '}'");
    return members;
  }

  Json array(std::size_t depth) {
    Json elements = Json::array();
    ++at_;
    if (take_after_space(']')) return elements;
    do elements.push_back(value(depth));
    while (take_after_space(','));
    if (!take(']')) refuse("',' or ']'");
    return elements;
  }

  // --- numbers -------------------------------------------------------------------------------------------------------

  void digits() {
    if (!is_digit(next())) refuse("a digit");
    while (is_digit(next())) ++at_;
  }

  Json number() {
    const char* const begin = at_;
    const bool negative = take('-');
    if (!negative && !is_digit(next())) refuse("a value");
    if (!take('0')) digits();  // nothing follows a zero in front
    bool whole = true;
    if (take('.')) {
      digits();
      whole = false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      digits();
      whole = false;
    }
    int64_t integer;
    if (whole && std::from_chars(begin, at_, integer).ec == std::errc()) return integer;
    std::uint64_t large;
    if (whole && !negative && std::from_chars(begin, at_, large).ec == std::errc()) return large;
    return real_number(begin);
  }

  double real_number(const char* begin) const {
    double value;
    if (std::from_chars(begin, at_, value).ec == std::errc()) return value;
    const std::string text(begin, at_);
    value = std::strtod(text.c_str(), nullptr);  // which says whether it is too large or too small
    require(std::isfinite(value), "{}: {}: number overflow: got {}", name_, line_and_column(begin), text);
    return value;
  }

  // --- strings -------------------------------------------------------------------------------------------------------

  std::string string() {
    std::string to;
    ++at_;
    for (;;) {
      const char* const begin = at_;
      while (at_ != end_ && plain[static_cast<unsigned char>(*at_)]) ++at_;
      to.append(begin, at_);
      if (take('"')) return to;
      if (take('\\'))
        text::append(escaped(), to);
      else if (is_beyond_ascii(next()))
        take_character(to);
      else
        refuse("'\"'");
    }
  }

  void take_character(std::string& to) {
    const text::Decoded found = text::decode(left());
    const auto length = to_size(found.length);
    if (found.c == text::replacement && !left().starts_with("\xEF\xBF\xBD")) {
      const auto first = static_cast<unsigned char>(*at_);
      refuse(0xC2 <= first && first <= 0xF4 ? at_ + length : at_, "UTF-8");  // a byte that does not go on, or begin
    }
    to.append(at_, length);
    at_ += length;
  }

  char32_t escaped() {
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (take('u')) return escaped_code();
    const std::size_t which = at_ == end_ ? letters.npos : letters.find(*at_);
    if (which == letters.npos) refuse("one of \"\\/bfnrtu");
    ++at_;
    return static_cast<char32_t>(meanings[which]);
  }

  // What is beyond U+FFFF comes in two halves: D83D DE00 is U+1F600.
  char32_t escaped_code() {
    const char32_t first = four_digits();
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || !left().starts_with("\\u")) refuse("a pair of surrogates");
    at_ += 2;
    const char32_t second = four_digits();
    if (second < 0xDC00 || second > 0xDFFF) refuse("a pair of surrogates");
    return 0x10000 + ((first - 0xD800) << 10 | (second - 0xDC00));
  }

  char32_t four_digits() {
    std::uint32_t code = 0;
    const char* const end = at_ + std::min<std::size_t>(4, left().size());
    const char* const stopped = std::from_chars(at_, end, code, 16).ptr;
    if (stopped != at_ + 4) refuse(stopped, "four hexadecimal digits");
    at_ = stopped;
    return code;
  }

  const std::string& name_;
  const Repeats repeats_;
  const char* const begin_;
  const char* at_;
  const char* const end_;
};

}  // namespace

JsonDocument parse_json(std::string_view text, const std::string& name, Repeats repeats) {
  return {Reader(text, name, repeats).document(), name};
}

}  // namespace bertlet::io
