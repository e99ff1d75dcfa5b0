#include "bert/tasks/tables/cleaning.h"

#include <fmt/format.h>

#include <set>

namespace bertlet::tasks {

Cleaning clean(const Examples& examples, const CleaningOptions& options) {
  const bool pairs = !examples.columns.text_b.empty();
  Cleaning cleaning{.rows = std::ssize(examples.rows)};
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (std::int64_t i = 0; i < cleaning.rows; ++i) {
    const Example& row = examples.rows[static_cast<std::size_t>(i)];
    if (options.empty && (is_blank(row.text) || (pairs && is_blank(row.text_b))))
      ++cleaning.empty;
    else if (options.duplicates && !seen.emplace(row.text, row.text_b).second)
      ++cleaning.duplicates;
    else if (options.length && options.length(row) > options.max_length)
      ++cleaning.too_long;
    else
      cleaning.kept.push_back(i);
  }
  return cleaning;
}

std::string text_of(const Cleaning& cleaning) {
  return fmt::format("{} of {} rows: {} empty, {} duplicates, {} too long left out", cleaning.kept.size(),
                     cleaning.rows, cleaning.empty, cleaning.duplicates, cleaning.too_long);
}

}  // namespace bertlet::tasks
