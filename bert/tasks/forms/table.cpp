#include "bert/tasks/forms/table.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/names.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t most_columns = 1000;

using Reader = std::variant<DelimitedRows, Objects>;

std::optional<Row> next_row(Reader& reader) {
  return std::visit([](auto& each) { return each.next(); }, reader);
}

std::size_t bytes_left(const Reader& reader) {
  return std::visit([](const auto& each) { return each.left(); }, reader);
}

// Of a file named .csv whose first line has no comma: a semicolon or a tab.
char separator_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (const char separator : {',', ';', '\t'})
    if (line.find(separator) != std::string_view::npos) return separator;
  return ',';
}

Reader reader_of(const Source& source) {
  if (is_json(source)) return Objects(source.text, source.file);
  if (source.extension() != ".csv") return DelimitedRows(source.text, DelimitedRows::Form::tsv, '\t');
  return DelimitedRows(source.text, DelimitedRows::Form::csv, separator_of(source.text));
}

std::string kind_of(const Source& source) {
  if (source.extension() != ".csv") return "TSV";
  const char separator = separator_of(source.text);
  return separator == ',' ? "CSV" : separator == ';' ? "CSV with semicolons" : "CSV with tabs";
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

// The first row that can be read says what columns there are: its keys or cells are their names, or they are numbered.
Table::Table(const Source& source) : file_(source.file), rows_(reader_of(source)) {
  Reader ahead = rows_;
  const auto has_seen_enough = [&] {
    return first_rows_.size() == rows_looked_at ||
           (!first_rows_.empty() && bytes_left(rows_) - bytes_left(ahead) > longest_row);
  };
  while (!has_seen_enough()) {
    std::optional<Row> next = next_row(ahead);
    if (!next) break;
    if (next->wrong.empty()) first_rows_.push_back(std::move(*next));
  }
  if (const Objects* objects = std::get_if<Objects>(&ahead)) {
    kind_ = objects->is_list() ? "JSON list" : "JSON lines";
    columns_ = objects->columns();
    has_header_ = true;
  } else if (!first_rows_.empty()) {
    has_header_ = header_is_next_ = is_header(first_rows_, source.options.columns);
    kind_ = kind_of(source) + (has_header_ ? " with a header" : " without a header");
    name_columns();
  }
  if (!columns_.empty()) return;
  const std::optional<Row> first = next();  // which cannot be read, nor can any other
  throw Error(first ? fmt::format("{}:{}: {}", file_, first->line, first->wrong) : file_ + ": has no rows");
}

void Table::name_columns() {
  const Row& first = first_rows_[0];
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
  first_rows_.erase(first_rows_.begin());
}

// The header is the first row that can be read.
std::optional<Row> Table::next() {
  std::optional<Row> row = next_row(rows_);
  if (row && row->wrong.empty() && std::exchange(header_is_next_, false)) return next_row(rows_);
  return row;
}

std::size_t Table::left() const { return bytes_left(rows_); }

ColumnPlace Table::find(std::string_view name_or_number) const {
  const auto named = std::ranges::find(columns_, name_or_number);
  if (named != columns_.end()) return to_size(named - columns_.begin());
  std::size_t number = 0;
  const char* end = name_or_number.data() + name_or_number.size();
  const auto [read, error] = std::from_chars(name_or_number.data(), end, number);
  if (error != std::errc() || read != end || number < 1 || number > columns_.size()) return {};
  return number - 1;
}

std::size_t Table::column(std::string_view name_or_number) const {
  const ColumnPlace found = find(name_or_number);
  require(found.has_value(), "{}: has no column '{}', only {}", file_, name_or_number, joined(columns_, ", "));
  return *found;
}

ColumnPlace Table::find_any(ColumnNames names, ColumnPlace taken) const {
  for (const std::string_view name : names)
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (i != taken && is_same_name(columns_[i], name)) return i;
  return {};
}

ColumnPlace Table::chosen(const std::string& asked, ColumnNames names) const {
  return asked.empty() ? find_any(names) : column(asked);
}

void Table::require_place(const ColumnPlace& place, const char* which, const char* wanted) const {
  require(place.has_value(), "{}: which column {}? Got {}, want {}", file_, which, joined(columns_, ", "), wanted);
}

void Table::require_columns(bool are_there, const char* wanted) const {
  require(are_there, "{}: got the columns {}, want {}", file_, joined(columns_, ", "), wanted);
}

void TableForm::reads(const Places& places, const std::vector<std::size_t>& more) {
  places_ = places;
  about_.columns = {table_.name(places.text), table_.name(places.text_b), table_.name(places.label)};
  about_.labelled = places.label.has_value();
  about_.form = fmt::format("{}; {}", table_.kind(), text_of(about_.columns));
  for (std::size_t i = 0; i < table_.columns().size(); ++i) {
    if (i == places.text || i == places.text_b || i == places.label || std::ranges::count(more, i) > 0) continue;
    others_.push_back(i);
    about_.others.push_back(table_.columns()[i]);
  }
}

std::optional<FormRow> TableForm::next() {
  std::optional<Row> row = table_.next();
  if (!row) return {};
  FormRow to{.row = {.line = row->line}, .wrong = std::move(row->wrong)};
  if (!to.wrong.empty()) return to;
  try {
    to.wrong = read(*row, to.row);
  } catch (const Error& error) {
    to.wrong = error.what();
  }
  for (const std::size_t place : others_) to.row.others.push_back(std::move(row->cells[place]));
  return to;
}

}  // namespace bertlet::tasks
