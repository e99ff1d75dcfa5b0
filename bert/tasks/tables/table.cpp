#include "bert/tasks/tables/table.h"

#include <algorithm>
#include <charconv>

#include "bert/io/file.h"
#include "bert/tasks/tables/delimited.h"
#include "bert/tasks/tables/objects.h"
#include "bert/tasks/tables/well_known.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t most_columns = 1000;

void refuse(Table& table, const TableOptions& options, BadRow row) {
  require(options.bad_rows == BadRows::collected, "{}: {}", table.place(row.line), row.why);
  table.bad_rows.push_back(std::move(row));
}

// The first row says what columns there are: its cells are their names, or they are numbered.
void take_columns(Table& table, Row first, Header header) {
  require(first.cells.size() <= most_columns, "{}: has {} columns, want at most {}", table.place(first.line),
          first.cells.size(), most_columns);
  const bool names = std::ranges::any_of(first.cells, well_known::is_column);
  table.has_header = header == Header::present || (header == Header::detected && names);
  if (table.has_header) {
    table.columns = std::move(first.cells);
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      require(table.columns[i].empty() || std::ranges::count(table.columns, table.columns[i]) == 1,
              "{}: has the column '{}' twice, want each once", table.place(first.line), table.columns[i]);
    return;
  }
  for (std::size_t i = 1; i <= first.cells.size(); ++i) table.columns.push_back(std::to_string(i));
  table.rows.push_back(std::move(first));
}

void read_delimited(Table& table, std::string_view text, DelimitedRows::Form form, const TableOptions& options) {
  DelimitedRows rows(text, form);
  while (std::optional<DelimitedRows::Result> next = rows.next()) {
    Row& row = next->row;
    const std::size_t cells = row.cells.size(), columns = table.columns.size();
    if (next->wrong.empty() && columns > 0 && cells != columns)
      next->wrong = fmt::format("has {} columns, want {} as the first row has", cells, columns);
    if (!next->wrong.empty())
      refuse(table, options, {row.line, std::move(next->wrong)});
    else if (columns == 0)
      take_columns(table, std::move(row), options.header);
    else
      table.rows.push_back(std::move(row));
  }
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

void read_objects(Table& table, std::string_view text, const TableOptions& options) {
  Objects objects(text, table.file);
  while (std::optional<Objects::Result> next = objects.next()) {
    if (next->wrong.empty() && next->object.empty()) next->wrong = "has no keys, want one for each column";
    if (next->wrong.empty() && table.columns.empty()) table.columns = keys_of(next->object);
    Row row{.line = next->line};
    if (next->wrong.empty()) next->wrong = read_object(next->object, table.columns, row);
    if (next->wrong.empty())
      table.rows.push_back(std::move(row));
    else
      refuse(table, options, {next->line, std::move(next->wrong)});
  }
  table.has_header = true;
}

}  // namespace

std::string Table::place(std::int64_t line) const { return fmt::format("{}:{}", file, line); }

std::string Table::column_names() const { return joined(columns, ", "); }

std::optional<std::size_t> Table::find(std::string_view name_or_number) const {
  const auto named = std::ranges::find(columns, name_or_number);
  if (named != columns.end()) return static_cast<std::size_t>(named - columns.begin());
  std::size_t number = 0;
  const char* end = name_or_number.data() + name_or_number.size();
  const auto [read, error] = std::from_chars(name_or_number.data(), end, number);
  if (error != std::errc() || read != end || number < 1 || number > columns.size()) return {};
  return number - 1;
}

std::size_t Table::column(std::string_view name_or_number) const {
  const std::optional<std::size_t> found = find(name_or_number);
  require(found.has_value(), "{}: has no column '{}', only {}", file, name_or_number, column_names());
  return *found;
}

Table read_table(const std::filesystem::path& file, const TableOptions& options) {
  Table table{.file = file.string()};
  const std::string bytes = io::read_file(file);
  const std::string_view text = plain_text(bytes, table.file);
  const std::string extension = file.extension().string();
  if (extension == ".json" || extension == ".jsonl")
    read_objects(table, text, options);
  else
    read_delimited(table, text, extension == ".csv" ? DelimitedRows::Form::csv : DelimitedRows::Form::tsv, options);
  require(!table.rows.empty() || !table.bad_rows.empty(), "{}: has no rows", table.file);
  if (table.columns.empty())  // nothing says what there should be
    throw Error(fmt::format("{}: {}", table.place(table.bad_rows[0].line), table.bad_rows[0].why));
  return table;
}

}  // namespace bertlet::tasks
