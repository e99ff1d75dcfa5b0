#include "bert/tasks/tables/examples.h"

#include <algorithm>

#include "bert/tasks/tables/objects.h"
#include "bert/tasks/tables/well_known.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

using ColumnPlace = std::optional<std::size_t>;  // of a column

struct Places {
  ColumnPlace text = {}, text_b = {}, label = {};
};

bool equal_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

ColumnPlace find(const Table& table, std::span<const std::string_view> names, ColumnPlace taken = {}) {
  for (const std::string_view name : names)
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (i != taken && equal_but_for_case(table.columns[i], name)) return i;
  return {};
}

// A pair whose second text has no name of its own: question, sentence.
void find_pair(const Table& table, Places& places) {
  places.text_b = find(table, well_known::second_texts());
  if (places.text_b) return;
  places.text_b = find(table, well_known::texts(), places.text);
  if (places.text_b && places.text_b < places.text) std::swap(places.text, places.text_b);
}

Places found_by_name(const Table& table, Texts texts) {
  Places places{.text = find(table, well_known::texts()), .label = find(table, well_known::labels())};
  if (texts != Texts::one && places.text) find_pair(table, places);
  return places;
}

Places found_by_order(const Table& table, Texts texts) {
  const std::size_t count = table.columns.size();
  const bool pair = texts == Texts::two || (texts == Texts::one_or_two && count > 2);
  const std::size_t first_texts = pair ? 2 : 1;
  Places places{.text = 0};
  if (pair && count > 1) places.text_b = 1;
  if (count > first_texts) places.label = count - 1;
  return places;
}

Places find_columns(const Table& table, const ExampleOptions& options) {
  Places places = table.has_header ? found_by_name(table, options.texts) : found_by_order(table, options.texts);
  const ColumnChoice& asked = options.columns;
  if (!asked.text.empty()) places.text = table.column(asked.text);
  if (!asked.text_b.empty()) places.text_b = table.column(asked.text_b);
  if (!asked.label.empty()) places.label = table.column(asked.label);
  return places;
}

void require_column(const Table& table, const ColumnPlace& place, const char* what) {
  require(place.has_value(), "{}: which column is the {}? Got {}, want its name or number", table.file, what,
          table.column_names());
}

std::string name_of(const Table& table, const ColumnPlace& place) {
  return place ? table.columns[*place] : std::string();
}

}  // namespace

std::string Examples::place(const Example& row) const { return fmt::format("{}:{}", file, row.line); }

std::vector<std::string> labels_of(const Example& row, Labelling labelling) {
  if (labelling == Labelling::number || row.label.empty()) return {};
  return labelling == Labelling::several ? values_of(row.label) : std::vector{row.label};
}

std::string text_of(const ColumnChoice& columns) {
  std::string text = "text: " + columns.text;
  if (!columns.text_b.empty()) text += ", text_b: " + columns.text_b;
  if (!columns.label.empty()) text += ", label: " + columns.label;
  return text;
}

Examples examples_of(Table table, const ExampleOptions& options) {
  const Places places = find_columns(table, options);
  require_column(table, places.text, "text");
  if (options.texts == Texts::two) require_column(table, places.text_b, "second text");
  if (options.label == LabelColumn::needed) require_column(table, places.label, "label");
  Examples examples{
      .file = table.file,
      .columns = {name_of(table, places.text), name_of(table, places.text_b), name_of(table, places.label)},
      .bad_rows = std::move(table.bad_rows)};
  for (Row& row : table.rows) {
    const auto take = [&](const ColumnPlace& place) { return place ? std::move(row.cells[*place]) : std::string(); };
    examples.rows.push_back({row.line, take(places.text), take(places.text_b), take(places.label)});
  }
  return examples;
}

Examples read_examples(const std::filesystem::path& file, const ExampleOptions& options) {
  return examples_of(read_table(file, options.table), options);
}

}  // namespace bertlet::tasks
