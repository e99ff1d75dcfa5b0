#pragma once
#include <optional>

#include "bert/tasks/tables/row.h"

namespace bertlet::tasks {

// Cuts TSV, which has no quotes, or CSV, whose quotes may hold commas, line ends and doubled quotes (RFC 4180), into
// rows. Blank lines are none.
class DelimitedRows {
 public:
  enum class Form { tsv, csv };

  DelimitedRows(std::string_view text, Form form) : rest_(text), form_(form) {}

  struct Result {
    Row row;
    std::string wrong = {};  // why it cannot be read; empty: it can
  };
  std::optional<Result> next();  // nothing at the end

 private:
  std::size_t row_end() const;  // as a place in rest_
  std::string_view take();      // the next row

  std::string_view rest_;
  Form form_;
  std::int64_t line_ = 1;  // of rest_
};

}  // namespace bertlet::tasks
