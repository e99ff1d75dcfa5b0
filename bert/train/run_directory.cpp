#include "bert/train/run_directory.h"

#include <fcntl.h>

#include "bert/io/file.h"
#include "bert/io/lines.h"
#include "core/require.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;

constexpr const char *description_name = "run.json", *logs[] = {"metrics.jsonl", "speed.jsonl"};

// A last line that was cut off by a crash is no line.
std::string up_to(const fs::path& log, int64_t step) {
  const std::string text = io::read_file(log);
  std::string kept;
  for (const std::string_view line : io::split_lines(text)) {
    const io::Json json = io::Json::parse(line, nullptr, false);
    if (json.is_discarded() || !json.contains("step") || json["step"] > step) break;
    kept.append(line).push_back('\n');
  }
  return kept;
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, IfThere if_there) : path_(std::move(path)) {
  require(!fs::exists(path_) || fs::is_directory(path_), "{}: is a file, want a directory for the run", path_.string());
  const bool used = fs::exists(path_) && !fs::is_empty(path_);
  require(!used || if_there != IfThere::refuse,
          "{}: holds something already — with --resume a run goes on, with --force it is replaced", path_.string());
  const bool is_run = fs::exists(path_ / description_name);
  require(!used || is_run, "{}: is not a run's directory, so nothing in it is touched", path_.string());
  if (if_there == IfThere::replace) fs::remove_all(path_);
  resumes_ = is_run && if_there == IfThere::resume;
  fs::create_directories(path_);
}

void RunDirectory::describe(const io::Json& description, const std::vector<std::string>& must_stay) {
  if (resumes_) {
    const io::JsonDocument before = io::read_json(path_ / description_name);
    for (const std::string& key : must_stay) {
      const io::Json was = before.root().value().value(key, io::Json()), is = description.value(key, io::Json());
      require(was == is, "{}: {} was {}, got {} — a run is resumed with what it began with", path_.string(), key,
              was.dump(), is.dump());
    }
  }
  io::write_file(path_ / description_name, description.dump(1) + "\n");
}

void RunDirectory::append(const char* name, const io::Json& line) const {
  io::Descriptor(path_ / name, O_WRONLY | O_CREAT | O_APPEND).write(line.dump() + "\n");
}

void RunDirectory::rewind(int64_t step) const {
  for (const char* name : logs)
    if (fs::exists(path_ / name)) io::write_file(path_ / name, up_to(path_ / name, step));
}

}  // namespace bertlet::train
