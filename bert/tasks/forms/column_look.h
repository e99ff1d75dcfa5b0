#pragma once
#include "bert/tasks/forms/row.h"

namespace bertlet::tasks {

// What the cells of a column look like.
struct ColumnLook {
  std::int64_t rows = 0, different = 0;  // different values
  double sentences = 0;                  // the share of cells that have several words or many characters
  bool all_numbers = false;              // and there is one
  bool first_is_alone = false;           // no other row has the first row's value

  bool looks_like_labels() const;  // few values, each of many rows
  bool looks_like_texts() const;   // most of them different, and sentences
};
ColumnLook look_at(const std::vector<Row>& rows, std::size_t column);

bool is_number(std::string_view cell);

}  // namespace bertlet::tasks
