#include "bert/tasks/forms/row.h"

#include <algorithm>
#include <charconv>

#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/unicode/utf8.h"
#include "core/mapped.h"
#include "core/require.h"

namespace bertlet::tasks {

std::string what_is_wrong(std::string_view bytes) {
  if (bytes.size() > longest_row)
    return fmt::format("is {} bytes long, want at most {}: are line ends or a quote missing?", bytes.size(),
                       longest_row);
  if (const std::size_t at = bytes.find('\0'); at != std::string_view::npos)
    return fmt::format("has a NUL at byte {}, want text", at + 1);
  const std::string valid = text::valid_utf8(bytes);
  if (valid == bytes) return {};
  const auto broken = std::ranges::mismatch(bytes, valid).in1;
  return fmt::format("is not UTF-8 at byte {}: got 0x{:02X}", broken - bytes.begin() + 1,
                     static_cast<unsigned char>(*broken));
}

namespace {

// With a mark, or with Latin letters, of which each has a NUL before or behind it.
bool is_utf16(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  if (bytes.size() < 4) return false;
  return (bytes[0] == '\0') == (bytes[2] == '\0') && (bytes[1] == '\0') == (bytes[3] == '\0') &&
         (bytes[0] == '\0') != (bytes[1] == '\0');
}

}  // namespace

std::string_view plain_text(std::string_view bytes, const std::string& file) {
  require(!is_utf16(bytes), "{}: is UTF-16, want UTF-8", file);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  require(!is_blank(bytes), "{}: is empty", file);
  return bytes;
}

std::optional<NumberedLines::Line> NumberedLines::next() {
  if (rest_.empty()) return {};
  const std::string_view ended = rest_.substr(0, rest_.find('\n'));
  rest_.remove_prefix(std::min(rest_.size(), ended.size() + 1));
  return Line{without_carriage_return(ended), ++number_};
}

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::optional<double> as_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && read == end ? std::optional(number) : std::nullopt;
}

std::vector<text::Span> word_spans(std::string_view sentence) {
  static const text::CharacterTable characters({.lower_case = false});
  const text::Normalized even = text::normalized(sentence, characters, text::Keep::offsets);
  std::vector<text::Span> spans;
  text::for_each_word(even.text(), characters, [&](std::size_t begin, std::size_t end) {
    const text::Origin origin = even.origin(begin, end);
    spans.push_back({origin.begin, origin.end});
  });
  return spans;
}

std::vector<std::string> words_in(std::string_view sentence) {
  return mapped(word_spans(sentence),
                [&](const text::Span& span) { return std::string(text::stretch(sentence, span)); });
}

std::vector<std::string> between_spaces(std::string_view text) {
  constexpr const char* spaces = " \t\r\n";
  std::vector<std::string> words;
  for (std::size_t end = 0;;) {
    const std::size_t begin = text.find_first_not_of(spaces, end);
    if (begin == std::string_view::npos) return words;
    end = std::min(text.find_first_of(spaces, begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
  }
}

}  // namespace bertlet::tasks
