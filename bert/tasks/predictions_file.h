#pragma once
#include <filesystem>

#include "bert/io/files/file.h"
#include "bert/io/json/document.h"

namespace bertlet::tasks {

// Predictions as they come: CSV or TSV, or JSON lines where the name ends in .jsonl. In a table what is no text and no
// number is JSON in its cell. The file is there once it is whole.
class PredictionsFile {
 public:
  // `columns`: these alone, in this order; none: all.
  PredictionsFile(const std::filesystem::path& file, std::vector<std::string> columns);

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
