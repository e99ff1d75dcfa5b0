#pragma once
#include <span>

#include "bert/tasks/forms/delimited.h"
#include "bert/tasks/forms/form.h"
#include "bert/tasks/forms/objects.h"

namespace bertlet::tasks {

using ColumnPlace = std::optional<std::size_t>;  // of a column

// A table row by row: .csv, also with semicolons or tabs; JSON, a list of objects or an object a line; and otherwise
// TSV, which has no quotes. A header is there if a cell of the first row is a well-known name or one that was asked
// for.
class Table {
 public:
  explicit Table(const Source& source);

  std::optional<RowResult> next();  // a cell for every column; null is an empty one
  std::size_t left() const { return objects_ ? objects_->left() : delimited_->left(); }

  const std::vector<std::string>& columns() const { return columns_; }  // names; without a header 1, 2, …
  bool has_header() const { return has_header_; }
  const std::vector<Row>& first_rows() const { return first_rows_; }
  std::string kind() const;  // TSV without a header

  // By name, or by number from 1.
  ColumnPlace find(std::string_view name_or_number) const;
  std::size_t column(std::string_view name_or_number) const;  // an error if it is not there
  ColumnPlace find_any(std::span<const std::string_view> names, ColumnPlace taken = {}) const;  // in whatever case
  std::string column_names() const;                                                             // a, b, c
  std::string name(const ColumnPlace& place) const { return place ? columns_[*place] : std::string(); }
  const std::string& file() const { return file_; }

 private:
  bool has_seen_enough(std::size_t bytes) const;
  void take_keys();
  void take_header(const Source& source);
  void name_columns(const Row& first);
  [[noreturn]] void refuse_all();
  std::optional<RowResult> next_object();
  std::optional<RowResult> next_line();

  std::string file_, kind_;
  std::optional<Objects> objects_;
  std::optional<DelimitedRows> delimited_;
  std::vector<std::string> columns_;
  std::vector<Row> first_rows_;
  bool has_header_ = false, header_is_next_ = false;
};

// The other columns are carried along.
class OtherColumns {
 public:
  OtherColumns(const Table& table, std::vector<ColumnPlace> read);
  std::vector<std::string> names(const Table& table) const;
  std::vector<std::string> cells(Row& row) const;

 private:
  std::vector<std::size_t> places_;
};

bool is_json(const Source& source);  // by its name or its first characters

}  // namespace bertlet::tasks
