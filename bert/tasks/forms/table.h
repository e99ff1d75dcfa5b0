#pragma once
#include <variant>

#include "bert/io/json/document.h"
#include "bert/tasks/forms/columns.h"
#include "bert/tasks/forms/form.h"

// Tables row by row: .csv, also with semicolons or tabs; JSON, a list of objects or an object a line; and otherwise
// TSV, which has no quotes.
namespace bertlet::tasks {

// Cuts TSV, or CSV, whose quotes may hold commas, line ends and doubled quotes (RFC 4180), into rows of as many cells
// as the first one. Blank lines are none. A copy reads ahead.
class DelimitedRows {
 public:
  enum class Form { tsv, csv };

  DelimitedRows(std::string_view text, Form form, char separator) : rest_(text), form_(form), separator_(separator) {}

  std::optional<Row> next();  // nothing at the end
  std::size_t left() const { return rest_.size(); }

 private:
  bool opens_quote(std::string_view text, std::size_t at) const;
  std::size_t row_end() const;
  std::string_view take();
  std::string cut(std::string_view row, std::vector<std::string>& cells) const;  // what is wrong comes back

  std::string_view rest_;
  Form form_;
  char separator_;
  std::size_t columns_ = 0;  // 0: no row was read yet
  int64_t line_ = 1;         // of rest_
};

// Cuts a JSON list of objects, or lines that are an object each, into rows with the keys of the first one for columns.
// Strings are cells as they are, anything else as JSON. A copy reads ahead.
class Objects {
 public:
  Objects(std::string_view text, std::string file);

  std::optional<Row> next();  // nothing at the end
  std::size_t left() const { return rest_.size(); }
  bool is_list() const { return is_list_; }
  const std::vector<std::string>& columns() const { return columns_; }  // none: no row was read yet

 private:
  std::string_view take_line();
  std::string_view take_element();
  void drop(std::size_t count);  // characters, of which line ends are counted
  std::string cut(std::string_view object, std::vector<std::string>& cells);  // what is wrong comes back, or is thrown

  std::string_view rest_;
  std::string file_;
  std::vector<std::string> columns_ = {};
  bool is_list_ = false;
  int64_t line_ = 1;  // of rest_
};

using ColumnPlace = std::optional<std::size_t>;  // of a column

// A header is there if a cell of the first row is a well-known name or one that was asked for.
class Table {
 public:
  explicit Table(const Source& source);

  std::optional<Row> next();  // a cell for every column; null is an empty one
  std::size_t left() const;

  const std::vector<std::string>& columns() const { return columns_; }  // names; without a header 1, 2, …
  bool has_header() const { return has_header_; }
  const std::vector<Row>& first_rows() const { return first_rows_; }
  const std::string& kind() const { return kind_; }  // TSV without a header
  const std::string& file() const { return file_; }
  std::string name(const ColumnPlace& place) const { return place ? columns_[*place] : std::string(); }

  // By name, or by number from 1.
  ColumnPlace find(std::string_view name_or_number) const;
  std::size_t column(std::string_view name_or_number) const;              // an error if it is not there
  ColumnPlace find_any(ColumnNames names, ColumnPlace taken = {}) const;  // in whatever case
  ColumnPlace chosen(const std::string& asked, ColumnNames names) const;  // that, or where none is, any of these

  // Errors that say which columns there are.
  void require_place(const ColumnPlace& place, const char* which, const char* wanted = "its name or number") const;
  void require_columns(bool are_there, const char* wanted) const;

 private:
  void name_columns();

  std::string file_, kind_;
  std::variant<DelimitedRows, Objects> rows_;
  std::vector<std::string> columns_;
  std::vector<Row> first_rows_;
  bool has_header_ = false, header_is_next_ = false;
};

// Which columns are read.
struct Places {
  ColumnPlace text = {}, text_b = {}, label = {};
};

// A form whose rows are a table's. The columns that it does not read are carried along.
class TableForm : public Form {
 public:
  std::optional<FormRow> next() final;
  std::size_t left() const final { return table_.left(); }

 protected:
  explicit TableForm(const Source& source) : table_(source) {}
  void reads(const Places& places, const std::vector<std::size_t>& more = {});
  virtual std::string read(Row& row, Example& to) const = 0;  // what is wrong with the row comes back, or is thrown

  Table table_;
  Places places_;

 private:
  std::vector<std::size_t> others_;
};

bool is_json(const Source& source);  // by its name or its first characters

}  // namespace bertlet::tasks
