#include "bert/tasks/forms/table.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "bert/tasks/forms/header.h"
#include "bert/tasks/forms/well_known.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t most_columns = 1000;

// Of a file named .csv whose first line has no comma: a semicolon or a tab.
char separator_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (const char separator : {',', ';', '\t'})
    if (line.find(separator) != std::string_view::npos) return separator;
  return ',';
}

std::vector<std::string> keys_of(const io::Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// Fills a row; what is wrong with it comes back.
std::string read_object(const io::Json& object, const std::vector<std::string>& columns, Row& row) {
  for (const std::string& column : columns) {
    const io::Json* value = object.find(column);
    if (!value) return fmt::format("has no '{}', which the first row has", column);
    row.cells.push_back(cell_of(*value));
    if (row.cells.back().find('\0') != std::string::npos) return fmt::format("has a NUL in '{}', want text", column);
  }
  return {};
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

bool is_json(const Source& source) {
  const std::string extension = source.extension();
  if (extension == ".json" || extension == ".jsonl" || extension == ".ndjson") return true;
  const std::size_t begin = source.text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || (source.text[begin] != '{' && source.text[begin] != '[')) return false;
  const std::size_t inside = source.text.find_first_not_of(" \t\r\n", begin + 1);
  return inside != std::string_view::npos && source.text[inside] == (source.text[begin] == '{' ? '"' : '{');
}

Table::Table(const Source& source) : file_(source.file) {
  if (is_json(source)) {
    objects_.emplace(source.text, file_);
    kind_ = objects_->is_list() ? "JSON list" : "JSON lines";
    take_keys();
    return;
  }
  const bool csv = source.extension() == ".csv";
  const char separator = csv ? separator_of(source.text) : '\t';
  kind_ = !csv ? "TSV" : separator == ',' ? "CSV" : separator == ';' ? "CSV with semicolons" : "CSV with tabs";
  delimited_.emplace(source.text, csv ? DelimitedRows::Form::csv : DelimitedRows::Form::tsv, separator);
  take_header(source);
}

std::string Table::kind() const {
  if (objects_) return kind_;
  return kind_ + (has_header_ ? " with a header" : " without a header");
}

bool Table::has_seen_enough(std::size_t bytes) const {
  return first_rows_.size() == rows_looked_at || (!first_rows_.empty() && bytes > longest_row);
}

void Table::take_keys() {
  has_header_ = true;
  Objects ahead = *objects_;
  while (!has_seen_enough(objects_->left() - ahead.left())) {
    const std::optional<Objects::Result> next = ahead.next();
    if (!next) break;
    if (!next->wrong.empty() || next->object.empty()) continue;
    if (columns_.empty()) columns_ = keys_of(next->object);
    Row row{.line = next->line};
    if (read_object(next->object, columns_, row).empty()) first_rows_.push_back(std::move(row));
  }
  if (columns_.empty()) refuse_all();
}

// No row can be read, so that nothing says what there should be.
void Table::refuse_all() {
  const std::optional<RowResult> first = next();
  if (!first) throw Error(fmt::format("{}: has no rows", file_));
  throw Error(fmt::format("{}:{}: {}", file_, first->row.line, first->wrong));
}

void Table::name_columns(const Row& first) {
  require(first.cells.size() <= most_columns, "{}:{}: has {} columns, want at most {}", file_, first.line,
          first.cells.size(), most_columns);
  if (!has_header_) {
    for (std::size_t i = 1; i <= first.cells.size(); ++i) columns_.push_back(std::to_string(i));
    return;
  }
  columns_ = first.cells;
  for (const std::string& column : columns_)
    require(column.empty() || std::ranges::count(columns_, column) == 1,
            "{}:{}: has the column '{}' twice, want each once", file_, first.line, column);
}

// The first row that can be read says what columns there are: its cells are their names, or they are numbered.
void Table::take_header(const Source& source) {
  DelimitedRows ahead = *delimited_;
  while (!has_seen_enough(delimited_->left() - ahead.left())) {
    std::optional<RowResult> next = ahead.next();
    if (!next) break;
    if (!next->wrong.empty()) continue;
    if (!first_rows_.empty() && next->row.cells.size() != first_rows_[0].cells.size()) continue;
    first_rows_.push_back(std::move(next->row));
  }
  if (first_rows_.empty()) refuse_all();
  has_header_ = is_header(first_rows_, source.options.columns);
  name_columns(first_rows_[0]);
  if (has_header_) first_rows_.erase(first_rows_.begin());
  header_is_next_ = has_header_;
}

std::optional<RowResult> Table::next_object() {
  const std::optional<Objects::Result> next = objects_->next();
  if (!next) return {};
  RowResult result{.row = {.line = next->line}, .wrong = next->wrong};
  if (result.wrong.empty() && next->object.empty()) result.wrong = "has no keys, want one for each column";
  if (result.wrong.empty()) result.wrong = read_object(next->object, columns_, result.row);
  return result;
}

// The header is the first row that can be read.
std::optional<RowResult> Table::next_line() {
  std::optional<RowResult> next = delimited_->next();
  if (next && next->wrong.empty() && std::exchange(header_is_next_, false)) {
    next = delimited_->next();
  }
  if (next && next->wrong.empty() && next->row.cells.size() != columns_.size())
    next->wrong = fmt::format("has {} columns, want {} as the first row has", next->row.cells.size(), columns_.size());
  return next;
}

std::optional<RowResult> Table::next() { return objects_ ? next_object() : next_line(); }

std::string Table::column_names() const { return joined(columns_, ", "); }

ColumnPlace Table::find(std::string_view name_or_number) const {
  const auto named = std::ranges::find(columns_, name_or_number);
  if (named != columns_.end()) return static_cast<std::size_t>(named - columns_.begin());
  std::size_t number = 0;
  const char* end = name_or_number.data() + name_or_number.size();
  const auto [read, error] = std::from_chars(name_or_number.data(), end, number);
  if (error != std::errc() || read != end || number < 1 || number > columns_.size()) return {};
  return number - 1;
}

std::size_t Table::column(std::string_view name_or_number) const {
  const ColumnPlace found = find(name_or_number);
  require(found.has_value(), "{}: has no column '{}', only {}", file_, name_or_number, column_names());
  return *found;
}

ColumnPlace Table::find_any(std::span<const std::string_view> names, ColumnPlace taken) const {
  for (const std::string_view name : names)
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (i != taken && equal_but_for_case(columns_[i], name)) return i;
  return {};
}

OtherColumns::OtherColumns(const Table& table, std::vector<ColumnPlace> read) {
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (std::ranges::find(read, ColumnPlace(i)) == read.end()) places_.push_back(i);
}

std::vector<std::string> OtherColumns::names(const Table& table) const {
  std::vector<std::string> names;
  for (const std::size_t place : places_) names.push_back(table.columns()[place]);
  return names;
}

std::vector<std::string> OtherColumns::cells(Row& row) const {
  std::vector<std::string> cells;
  for (const std::size_t place : places_) cells.push_back(std::move(row.cells[place]));
  return cells;
}

}  // namespace bertlet::tasks
