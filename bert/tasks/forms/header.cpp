#include "bert/tasks/forms/header.h"

#include <algorithm>
#include <set>

#include "bert/tasks/forms/column_look.h"
#include "bert/tasks/forms/well_known.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t enough_rows = 5, longest_name = 40;

bool could_be_name(std::string_view cell) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  return !cell.empty() && cell.size() <= longest_name && std::ranges::all_of(cell, fits) && !is_number(cell);
}

bool are_names(const std::vector<std::string>& cells) {
  return std::ranges::all_of(cells, could_be_name) &&
         std::set<std::string_view>(cells.begin(), cells.end()).size() == cells.size();
}

bool contrasts(const std::vector<Row>& rows) {
  const std::vector<Row> below(rows.begin() + 1, rows.end());
  bool numbers = false, sentences = false;
  for (std::size_t column = 0; column < rows[0].cells.size(); ++column) {
    const ColumnLook look = look_at(below, column);
    numbers |= look.all_numbers;
    sentences |= look.sentences > 0.9;
  }
  const ColumnLook last = look_at(rows, rows[0].cells.size() - 1);
  return numbers || (sentences && last.first_is_alone && last.looks_like_labels());
}

}  // namespace

bool is_header(const std::vector<Row>& rows, const ColumnChoice& asked) {
  const std::vector<std::string>& cells = rows[0].cells;
  const auto is_asked_for = [&](const std::string& cell) {
    return !cell.empty() && !is_number(cell) && (cell == asked.text || cell == asked.text_b || cell == asked.label);
  };
  if (std::ranges::any_of(cells, well_known::is_column) || std::ranges::any_of(cells, is_asked_for)) return true;
  return rows.size() > enough_rows && are_names(cells) && contrasts(rows);
}

}  // namespace bertlet::tasks
