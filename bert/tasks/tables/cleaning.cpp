#include "bert/tasks/tables/cleaning.h"

#include <fmt/format.h>

#include <set>

namespace bertlet::tasks {

// An ending may hold all that follows a text.
bool is_empty(const Example& row, const Examples& of) {
  return is_blank(row.text) || (!of.columns.text_b.empty() && row.parts.empty() && is_blank(row.text_b));
}

Cleaning clean(const Examples& examples, const CleaningOptions& options) {
  Cleaning cleaning{.rows = std::ssize(examples.rows)};
  std::set<const Example*, ByTexts> seen;
  for (std::int64_t i = 0; i < cleaning.rows; ++i) {
    const Example& row = examples.rows[static_cast<std::size_t>(i)];
    if (options.empty && is_empty(row, examples))
      ++cleaning.empty;
    else if (options.duplicates && !seen.insert(&row).second)
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
