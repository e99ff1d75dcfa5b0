#pragma once
#include <filesystem>
#include <optional>

#include "bert/tasks/tables/row.h"

namespace bertlet::tasks {

// Labelled data as people have it. What a file is follows from its name: .csv; .json and .jsonl, a list of objects or
// an object a line; anything else is TSV, without quotes.
//
//   const Table table = read_table("train.tsv");
//   const std::size_t label = table.column("label");  // or table.column("2")
//   for (const Row& row : table.rows) fmt::print("{}: {}\n", table.place(row.line), row.cells[label]);
struct Table {
  std::string file;
  std::vector<std::string> columns = {};  // names; without a header 1, 2, … An object's are the first one's keys
  bool has_header = false;
  std::vector<Row> rows = {};         // each with a cell for every column; null is an empty one
  std::vector<BadRow> bad_rows = {};  // only if they are collected

  // By name, or by number from 1.
  std::optional<std::size_t> find(std::string_view name_or_number) const;
  std::size_t column(std::string_view name_or_number) const;  // an error if it is not there

  std::string column_names() const;            // a, b, c
  std::string place(std::int64_t line) const;  // train.tsv:17
};

enum class Header { detected, present, absent };

struct TableOptions {
  Header header = Header::detected;  // one is there if a cell of the first row is a name of well_known.h
  BadRows bad_rows = BadRows::refused;
};

Table read_table(const std::filesystem::path& file, const TableOptions& options = {});

}  // namespace bertlet::tasks
