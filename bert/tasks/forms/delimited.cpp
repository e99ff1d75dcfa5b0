#include <fmt/format.h>

#include <algorithm>

#include "bert/tasks/forms/table.h"

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

}  // namespace

bool DelimitedRows::opens_quote(std::string_view text, std::size_t at) const {
  return form_ == Form::csv && at < text.size() && text[at] == '"';
}

// In CSV, at the first line end outside quotes. A quote that is not closed ends with its line, so that what follows can
// still be read.
std::size_t DelimitedRows::row_end() const {
  const std::size_t line_end = std::min(rest_.find('\n'), rest_.size());
  if (form_ == Form::tsv) return line_end;
  const char ends[] = {separator_, '\n'};
  for (std::size_t begin = 0;;) {
    const bool quoted = opens_quote(rest_, begin);
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

std::string DelimitedRows::cut(std::string_view row, std::vector<std::string>& cells) const {
  for (std::size_t begin = 0, end = 0; begin <= row.size(); begin = end + 1) {
    const bool quoted = opens_quote(row, begin);
    end = quoted ? quoted_end(row, begin) : std::min(row.find(separator_, begin), row.size());
    if (end == none) return "a quote is opened and not closed";
    const std::string_view cell = row.substr(begin, end - begin);
    cells.push_back(quoted ? unquoted(cell.substr(1, cell.size() - 2)) : std::string(cell));
    if (end < row.size() && row[end] != separator_)
      return "something stands between a closing quote and the next comma";
  }
  return {};
}

std::optional<Row> DelimitedRows::next() {
  while (!rest_.empty()) {
    Row row{.line = line_};
    const std::string_view text = take();
    if (is_blank(text) && text.find('\t') == none) continue;
    row.wrong = what_is_wrong(text);
    if (row.wrong.empty()) row.wrong = cut(text, row.cells);
    if (!row.wrong.empty()) return row;
    if (columns_ == 0) columns_ = row.cells.size();
    if (row.cells.size() != columns_)
      row.wrong = fmt::format("has {} columns, want {} as the first row has", row.cells.size(), columns_);
    return row;
  }
  return {};
}

}  // namespace bertlet::tasks
