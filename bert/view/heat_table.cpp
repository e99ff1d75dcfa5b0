#include "bert/view/heat_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bert/view/markup.h"
#include "bert/view/numbers.h"

namespace bertlet::view {

namespace {

double largest(const HeatTable& table) {
  if (table.most > 0) return table.most;
  double most = 0;
  for (const double number : table.numbers)
    if (std::isfinite(number)) most = std::max(most, number);
  return most > 0 ? most : 1;
}

std::string cell_of(const HeatTable& table, std::size_t at, double most) {
  const double number = table.numbers[at];
  const char* marked = !table.marked.empty() && table.marked[at] ? " marked" : "";
  if (!std::isfinite(number)) return fmt::format("<td class=\"shade{}\">–</td>", marked);
  return fmt::format("<td class=\"shade{}\" style=\"--s:{:.3f}\">{}</td>", marked, std::max(0.0, number / most),
                     escaped(table.texts.empty() ? number_text(number) : table.texts[at]));
}

}  // namespace

std::string html_of(const HeatTable& table) {
  const double most = largest(table);
  std::string html =
      fmt::format("<thead><tr><th scope=\"col\">{} \\ {}</th>", escaped(table.rows_are), escaped(table.columns_are));
  for (const std::string& column : table.columns) html += "<th scope=\"col\">" + escaped(column) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    html += "<tr><th scope=\"row\">" + escaped(table.rows[row]) + "</th>";
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      html += cell_of(table, row * table.columns.size() + column, most);
    html += "</tr>\n";
  }
  return boxed_table(table.caption, html + "</tbody>\n", "heat");
}

}  // namespace bertlet::view
