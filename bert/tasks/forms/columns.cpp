#include "bert/tasks/forms/columns.h"

#include <algorithm>
#include <set>

#include "bert/text/unicode/utf8.h"

namespace bertlet::tasks {

namespace {

constexpr std::string_view other_names[] = {"id",      "index",   "idx",          "label_desc",       "keywords",
                                            "genre",   "ending0", "title",        "sentence1_parse",  "qid1",
                                            "endings", "guid",    "inputstoryid", "answerrightending"};
constexpr std::size_t many_characters = 8;                   // of a sentence without spaces
constexpr std::size_t enough_rows = 5, longest_header = 40;  // characters of a name in it

bool contains(ColumnNames names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view its) { return is_same_name(its, name); });
}

bool is_number(std::string_view cell) { return as_number(cell).has_value(); }

bool is_sentence(const std::string& cell) {
  return cell.find(' ') != std::string::npos ||
         (!is_number(cell) && text::count_characters(cell) >= many_characters && static_cast<signed char>(cell[0]) < 0);
}

bool could_be_name(std::string_view cell) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  return !cell.empty() && cell.size() <= longest_header && std::ranges::all_of(cell, fits) && !is_number(cell);
}

bool are_names(const std::vector<std::string>& cells) {
  return std::ranges::all_of(cells, could_be_name) &&
         std::set<std::string_view>(cells.begin(), cells.end()).size() == cells.size();
}

bool contrasts(std::span<const Row> rows) {
  bool numbers = false, sentences = false;
  for (std::size_t column = 0; column < rows[0].cells.size(); ++column) {
    const ColumnLook below = look_at(rows.subspan(1), column);
    numbers |= below.all_numbers;
    sentences |= below.sentences > 0.9;
  }
  const ColumnLook last = look_at(rows, rows[0].cells.size() - 1);
  return numbers || (sentences && last.first_is_alone && last.looks_like_labels());
}

}  // namespace

bool well_known::is_column(std::string_view name) {
  return contains(texts, name) || contains(second_texts, name) || contains(labels, name) || is_tag_column(name) ||
         contains(other_names, name);
}

bool well_known::is_tag_column(std::string_view name) { return contains(words, name) || contains(tags, name); }

bool is_same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

ColumnLook look_at(std::span<const Row> rows, std::size_t column) {
  std::vector<std::string> cells;
  for (const Row& row : rows) cells.push_back(row.cells[column]);
  if (cells.empty()) return {};
  return {
      .rows = std::ssize(cells),
      .different = std::ssize(std::set<std::string_view>(cells.begin(), cells.end())),
      .sentences = static_cast<double>(std::ranges::count_if(cells, is_sentence)) / static_cast<double>(cells.size()),
      .all_numbers = std::ranges::all_of(cells, is_number),
      .first_is_alone = std::ranges::count(cells, cells[0]) == 1};
}

bool ColumnLook::looks_like_labels() const { return different * 5 <= rows; }
bool ColumnLook::looks_like_texts() const { return !all_numbers && different * 2 > rows && sentences > 0.5; }

bool is_header(std::span<const Row> rows, const ColumnChoice& asked) {
  const std::vector<std::string>& cells = rows[0].cells;
  const auto is_asked_for = [&](const std::string& cell) {
    return !cell.empty() && !is_number(cell) && (cell == asked.text || cell == asked.text_b || cell == asked.label);
  };
  if (std::ranges::any_of(cells, well_known::is_column) || std::ranges::any_of(cells, is_asked_for)) return true;
  return rows.size() > enough_rows && are_names(cells) && contrasts(rows);
}

}  // namespace bertlet::tasks
