#pragma once
#include <filesystem>

#include "bert/io/files/file.h"
#include "bert/train/settings.h"

namespace bertlet::train {

enum class IfThere { refuse, resume, replace };

// A run's own directory: run.json says what it was asked for, metrics.jsonl what was measured, a line for each report;
// checkpoints/ and best/ hold models. It belongs to one process at a time.
class RunDirectory {
 public:
  // Resuming one that is not there begins it; replacing forgets all that is in it.
  RunDirectory(std::filesystem::path path, IfThere if_there);
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  ~RunDirectory();  // where an error ended the run before it measured or saved anything, nothing of it stays

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path best() const { return path_ / "best"; }
  std::filesystem::path not_finite() const;  // the batch whose loss was not finite

  bool is_resumed() const { return resumed_; }  // a run that was there goes on

  // What the result depends on, and what else there is to know. A run is resumed with what it began with: another value
  // of a setting is an error that names it. But a run that took all its "steps" may get more of what `lengths` names:
  // then this returns a sentence that says so.
  std::string describe(const io::Json& settings, const io::Json& facts = io::Json::object(),
                       const std::vector<std::string>& lengths = {});

  void log(const io::Json& line) const { append("metrics.jsonl", line); }
  void log_speed(const io::Json& line) const { append("speed.jsonl", line); }  // which no two runs share
  void rewind(int64_t step) const;                                             // lines of later steps are forgotten

  io::Json history() const;  // what tells whether the metrics up to here are as they were written
  bool has_history(const io::Json& recorded) const;

 private:
  void append(const char* name, const io::Json& line) const;
  bool is_done(const io::Json& description) const;

  std::filesystem::path path_;
  std::vector<std::filesystem::path> made_ = {};  // directories, the run's first
  bool resumed_ = false;                          // there was a run, and it goes on
  bool began_ = false;                            // there was none, or it was replaced
  int errors_;                                    // that were on their way when this began
  std::unique_ptr<io::Descriptor> lock_;
};

}  // namespace bertlet::train
