#include "bert/tasks/cleaning.h"

#include <fmt/format.h>

#include <set>

namespace bertlet::tasks {

Cleaning clean(Examples& examples, const CleaningOptions& options) {
  const bool pairs = !examples.columns.text_b.empty();
  Cleaning cleaning{.rows = std::ssize(examples.rows)};
  std::set<std::pair<std::string, std::string>> seen;
  std::erase_if(examples.rows, [&](const Example& row) {
    if (options.empty && (is_blank(row.text) || (pairs && is_blank(row.text_b)))) return ++cleaning.empty, true;
    if (options.duplicates && !seen.emplace(row.text, row.text_b).second) return ++cleaning.duplicates, true;
    if (options.length && options.length(row) > options.max_length) return ++cleaning.too_long, true;
    return false;
  });
  return cleaning;
}

std::string text_of(const Cleaning& cleaning) {
  return fmt::format("{} of {} rows: {} empty, {} duplicates, {} too long left out", cleaning.left(), cleaning.rows,
                     cleaning.empty, cleaning.duplicates, cleaning.too_long);
}

}  // namespace bertlet::tasks
