#include "bert/tasks/forms/delimited.h"

#include <algorithm>

namespace bertlet::tasks {

namespace {

constexpr std::size_t none = std::string_view::npos;

// Where a quoted cell that begins at `begin` ends, behind its last quote; none: it has no end.
std::size_t quoted_end(std::string_view text, std::size_t begin) {
  for (std::size_t at = text.find('"', begin + 1); at != none; at = text.find('"', at + 2))
    if (at + 1 == text.size() || text[at + 1] != '"') return at + 1;
  return none;
}

std::string unquoted(std::string_view cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    text += cell[i];
    if (cell[i] == '"') ++i;  // it is doubled
  }
  return text;
}

std::vector<std::string> tsv_cells(std::string_view row, char separator) {
  std::vector<std::string> cells;
  for (std::size_t begin = 0, end = 0; begin <= row.size(); begin = end + 1) {
    end = std::min(row.find(separator, begin), row.size());
    cells.emplace_back(row.substr(begin, end - begin));
  }
  return cells;
}

void read_csv(std::string_view row, char separator, RowResult& result) {
  for (std::size_t begin = 0, end = 0; begin <= row.size(); begin = end + 1) {
    const bool quoted = begin < row.size() && row[begin] == '"';
    end = quoted ? quoted_end(row, begin) : std::min(row.find(separator, begin), row.size());
    if (end == none) {
      result.wrong = "a quote is opened and not closed";
      return;
    }
    const std::string_view cell = row.substr(begin, end - begin);
    result.row.cells.push_back(quoted ? unquoted(cell.substr(1, cell.size() - 2)) : std::string(cell));
    if (end < row.size() && row[end] != separator) {
      result.wrong = "something stands between a closing quote and the next comma";
      return;
    }
  }
}

}  // namespace

// In CSV, at the first line end outside quotes. A quote that is not closed ends with its line, so that what follows can
// still be read.
std::size_t DelimitedRows::row_end() const {
  const std::size_t line_end = std::min(rest_.find('\n'), rest_.size());
  if (form_ == Form::tsv) return line_end;
  const char ends[] = {separator_, '\n'};
  for (std::size_t begin = 0;;) {
    const bool quoted = begin < rest_.size() && rest_[begin] == '"';
    const std::size_t cell_end = quoted ? quoted_end(rest_.substr(0, longest_row), begin) : begin;
    if (cell_end == none) return line_end;
    const std::size_t end = std::min(rest_.find_first_of({ends, 2}, cell_end), rest_.size());
    if (end == rest_.size() || rest_[end] == '\n') return end;
    begin = end + 1;
  }
}

std::string_view DelimitedRows::take() {
  const std::size_t end = row_end();
  const std::string_view row = rest_.substr(0, end);
  rest_.remove_prefix(std::min(rest_.size(), end + 1));
  line_ += std::ranges::count(row, '\n') + 1;
  return without_carriage_return(row);
}

std::optional<RowResult> DelimitedRows::next() {
  while (!rest_.empty()) {
    RowResult result{.row = {.line = line_}};
    const std::string_view row = take();
    if (is_blank(row) && row.find('\t') == none) continue;
    result.wrong = what_is_wrong(row);
    if (!result.wrong.empty()) return result;
    if (form_ == Form::csv)
      read_csv(row, separator_, result);
    else
      result.row.cells = tsv_cells(row, separator_);
    return result;
  }
  return {};
}

}  // namespace bertlet::tasks
