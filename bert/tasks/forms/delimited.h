#pragma once
#include <optional>

#include "bert/tasks/forms/row.h"

namespace bertlet::tasks {

// A row as it was read, or why it cannot be.
struct RowResult {
  Row row;
  std::string wrong = {};  // empty: it can
};

// Cuts TSV, which has no quotes, or CSV, whose quotes may hold commas, line ends and doubled quotes (RFC 4180), into
// rows. Blank lines are none. A copy reads ahead.
class DelimitedRows {
 public:
  enum class Form { tsv, csv };

  DelimitedRows(std::string_view text, Form form, char separator) : rest_(text), form_(form), separator_(separator) {}

  std::optional<RowResult> next();  // nothing at the end
  std::size_t left() const { return rest_.size(); }

 private:
  std::size_t row_end() const;  // as a place in rest_
  std::string_view take();      // the next row

  std::string_view rest_;
  Form form_;
  char separator_;
  std::int64_t line_ = 1;  // of rest_
};

}  // namespace bertlet::tasks
