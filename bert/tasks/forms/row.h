#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/tokenizer/encoding.h"

namespace bertlet::tasks {

// One row of a table: its cells, and the line of the file on which it begins.
struct Row {
  int64_t line = 0;
  std::vector<std::string> cells = {};
  std::string wrong = {};  // why it cannot be read; empty: it can
};

// A row that cannot be read, and why.
struct BadRow {
  int64_t line = 0;
  std::string why;
};

// What reading does where a row cannot be read: a training file is refused as a whole; of a file to predict the bad
// rows are reported and the others predicted.
enum class BadRows { refused, collected };

inline constexpr std::size_t longest_row = std::size_t{1} << 24;  // in bytes

// Why these bytes of a file are no text: NUL bytes, broken UTF-8, no end in sight. Empty: they are.
std::string what_is_wrong(std::string_view bytes);

// The text of a file without its byte order mark; an error if it is empty, or UTF-16.
std::string_view plain_text(std::string_view bytes, const std::string& file);

// The lines of a text, with their numbers.
class NumberedLines {
 public:
  explicit NumberedLines(std::string_view text) : rest_(text) {}

  struct Line {
    std::string_view text;  // without its end
    int64_t number = 0;
  };
  std::optional<Line> next();
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  int64_t number_ = 0;
};

std::string_view without_carriage_return(std::string_view line);
bool is_blank(std::string_view text);
std::optional<double> as_number(std::string_view text);  // all of it; inf and nan are numbers

// A sentence cut into words as BERT's basic tokenisation does: at spaces, with each sign and each ideograph by itself,
// but with capitals and accents kept.
//
//   words_in("I live in Zürich.");  // I, live, in, Zürich, .
std::vector<std::string> words_in(std::string_view sentence);
std::vector<text::Span> word_spans(std::string_view sentence);  // in bytes

// The words of cells and lines, between spaces.
std::vector<std::string> between_spaces(std::string_view text);

}  // namespace bertlet::tasks
