#pragma once
#include <filesystem>

#include "bert/io/files/file.h"
#include "bert/io/json/document.h"

namespace bertlet::tasks {

// Records as they come: JSON lines where the name ends in .jsonl, TSV, in which tabs and line ends are spaces, where it
// ends in .tsv, and otherwise CSV. In a table what is no text is JSON in its cell. The file is there once it is whole.
class RecordsFile {
 public:
  // `columns`: these alone, in this order; none: all.
  explicit RecordsFile(const std::filesystem::path& file, std::vector<std::string> columns = {});

  void write(const io::Json& record);
  void commit();

 private:
  std::string line_of(const io::Json& record, bool names) const;
  io::Json chosen(const io::Json& record) const;

  io::FileWriter to_;
  std::vector<std::string> columns_;
  bool objects_;
  char between_;
  bool begun_ = false;
  std::string text_ = {};  // that is not written yet
};

}  // namespace bertlet::tasks
