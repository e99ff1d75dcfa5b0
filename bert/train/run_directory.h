#pragma once
#include <filesystem>

#include "bert/io/file.h"
#include "bert/io/json.h"

namespace bertlet::train {

enum class IfThere { refuse, resume, replace };

// A run's own directory: run.json says what it was asked for, metrics.jsonl what was measured, a line for each report;
// checkpoints/ and best/ hold models. It belongs to one process at a time.
class RunDirectory {
 public:
  // Resuming one that is not there begins it; replacing forgets all that is in it.
  RunDirectory(std::filesystem::path path, IfThere if_there);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path best() const { return path_ / "best"; }

  // What the result depends on, and what else there is to know. A run is resumed with what it began with: another value
  // of a setting is an error.
  void describe(const io::Json& settings, const io::Json& facts = io::Json::object());

  void log(const io::Json& line) const { append("metrics.jsonl", line); }
  void log_speed(const io::Json& line) const { append("speed.jsonl", line); }  // which no two runs share
  void rewind(int64_t step) const;                                             // lines of later steps are forgotten

 private:
  void append(const char* name, const io::Json& line) const;

  std::filesystem::path path_;
  std::unique_ptr<io::Descriptor> lock_;
};

}  // namespace bertlet::train
