#include "bert/tasks/forms/column_look.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "bert/text/unicode/utf8.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t many_characters = 8;

bool is_sentence(const std::string& cell) {
  return cell.find(' ') != std::string::npos ||
         (!is_number(cell) && text::count_characters(cell) >= many_characters && static_cast<signed char>(cell[0]) < 0);
}

double share_of(std::ptrdiff_t part, std::size_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

}  // namespace

bool is_number(std::string_view cell) {
  double number = 0;
  const char* end = cell.data() + cell.size();
  const auto [read, error] = std::from_chars(cell.data(), end, number);
  return error == std::errc() && read == end;
}

ColumnLook look_at(const std::vector<Row>& rows, std::size_t column) {
  std::vector<std::string> cells;
  for (const Row& row : rows) cells.push_back(row.cells[column]);
  ColumnLook look{.rows = std::ssize(cells)};
  look.different = std::ssize(std::set<std::string_view>(cells.begin(), cells.end()));
  look.sentences = share_of(std::ranges::count_if(cells, is_sentence), cells.size());
  look.all_numbers = !cells.empty() && std::ranges::all_of(cells, is_number);
  look.first_is_alone = !cells.empty() && std::ranges::count(cells, cells[0]) == 1;
  return look;
}

bool ColumnLook::looks_like_labels() const { return different * 5 <= rows; }
bool ColumnLook::looks_like_texts() const { return !all_numbers && different * 2 > rows && sentences > 0.5; }

}  // namespace bertlet::tasks
