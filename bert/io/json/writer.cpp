// JSON to text.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "bert/io/json/value.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

class Writer {
 public:
  explicit Writer(const JsonForm& form) : form_(form) {}

  void write(const Json& value) {
    if (value.is_array())
      write_parts('[', value.elements(), ']', [this](const Json& element) { write(element); });
    else if (value.is_object())
      write_parts('{', value.items(), '}', [this](const JsonMember& member) { write_member(member); });
    else if (value.is_string())
      write_string(value.string());
    else
      write_plain(value);
  }

  std::string text;

 private:
  void write_member(const JsonMember& member) {
    write_string(member.key);
    text += form_.indent < 0 ? ":" : ": ";
    write(member.value);
  }

  void write_plain(const Json& value) {
    if (value.is_null())
      text += "null";
    else if (value.is_boolean())
      text += value.boolean() ? "true" : "false";
    else if (value.is_integer())
      text += fmt::format_int(value.integer()).c_str();
    else if (value.is_whole())
      text += fmt::format_int(value.unsigned_integer()).c_str();
    else
      write_real(value.number());
  }

  // The shortest digits that are read as the same number, as Python writes them. What is no number is null.
  void write_real(double value) {
    if (!std::isfinite(value)) return write_plain(nullptr);
    const std::size_t begin = text.size();
    fmt::format_to(std::back_inserter(text), "{}", value);
    if (text.find_first_of(".e", begin) == text.npos) text += ".0";
  }

  // Most strings are themselves between quotes.
  void write_string(std::string_view string) {
    const auto is_itself = [](char c) { return ' ' <= c && c <= '~' && c != '"' && c != '\\'; };
    text += '"';
    if (std::ranges::all_of(string, is_itself))
      text += string;
    else
      write_characters(string);
    text += '"';
  }

  void write_characters(std::string_view string) {
    std::size_t length;
    for (std::size_t at = 0; at < string.size(); at += length) {
      const std::string_view left = string.substr(at);
      const text::Decoded next = text::decode(left);
      length = to_size(next.length);
      const bool broken = next.c == text::replacement && !left.starts_with("\xEF\xBF\xBD");
      require(!broken || form_.mends_strings, "JSON: invalid UTF-8: byte {:02X} at {} of a string",
              static_cast<unsigned char>(string[at]), at);
      write_character(next.c);
    }
  }

  void write_character(char32_t c) {
    constexpr std::string_view letters = "\"\\bfnrt", meanings = "\"\\\b\f\n\r\t";
    if (const std::size_t which = c < 0x80 ? meanings.find(static_cast<char>(c)) : meanings.npos;
        which != meanings.npos)
      text.append(1, '\\').append(1, letters[which]);
    else if (c < ' ' || (form_.ascii && c > '~'))
      write_code(c);
    else
      text::append(c, text);
  }

  // \u00e4; what is beyond U+FFFF comes in two halves.
  void write_code(char32_t c) {
    const auto add = [&](char32_t half) {
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<std::uint32_t>(half));
    };
    if (c > 0xFFFF) add(0xD7C0 + (c >> 10));
    add(c > 0xFFFF ? 0xDC00 | (c & 0x3FF) : c);
  }

  template <class Parts, class WriteOne>
  void write_parts(char begin, const Parts& parts, char end, const WriteOne& write_one) {
    text += begin;
    ++level_;
    for (const auto& part : parts) {
      if (&part != parts.data()) text += ',';
      new_line();
      write_one(part);
    }
    --level_;
    if (!parts.empty()) new_line();
    text += end;
  }

  void new_line() {
    if (form_.indent >= 0) text.append(1, '\n').append(to_size(form_.indent * level_), ' ');
  }

  const JsonForm& form_;
  int level_ = 0;
};

}  // namespace

std::string Json::dump(const JsonForm& form) const {
  Writer writer(form);
  writer.write(*this);
  return std::move(writer.text);
}

}  // namespace bertlet::io
