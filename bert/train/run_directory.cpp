#include "bert/train/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>

#include <optional>

#include "bert/io/file.h"
#include "bert/io/lines.h"
#include "core/require.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;

constexpr const char *description_name = "run.json", *logs[] = {"metrics.jsonl", "speed.jsonl"};

// A last line that was cut off by a crash is no line.
std::optional<int64_t> step_of(std::string_view line) {
  try {
    return io::parse_json(line, "line").root()["step"].integer();
  } catch (const Error&) {
    return {};
  }
}

std::string up_to(const fs::path& log, int64_t step) {
  const std::string text = io::read_file(log);
  std::string kept;
  for (const std::string_view line : io::split_lines(text)) {
    if (step_of(line).value_or(step + 1) > step) break;
    kept.append(line).push_back('\n');
  }
  return kept;
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, IfThere if_there) : path_(std::move(path)) {
  const std::string name = path_.string();
  require(!fs::exists(path_) || fs::is_directory(path_), "{}: is a file, want a directory for the run", name);
  fs::create_directories(path_);
  lock_ = std::make_unique<io::Descriptor>(path_, O_RDONLY | O_DIRECTORY);
  require(::flock(lock_->number(), LOCK_EX | LOCK_NB) == 0, "{}: another process is at work in it", name);
  const bool used = !fs::is_empty(path_), is_run = fs::exists(path_ / description_name);
  require(!used || if_there != IfThere::refuse,
          "{}: holds something already — with --resume a run goes on, with --force it is replaced", name);
  require(!used || is_run, "{}: is not a run's directory, so nothing in it is touched", name);
  if (if_there == IfThere::replace)
    for (const fs::directory_entry& entry : fs::directory_iterator(path_)) fs::remove_all(entry);
}

void RunDirectory::describe(const io::Json& settings, const io::Json& facts) {
  const fs::path file = path_ / description_name;
  io::Json whole = fs::exists(file) ? io::read_json(file).root().value() : io::Json::object();
  for (const auto& [name, value] : settings.items())
    if (const io::Json* before = whole.find(name))
      require(*before == value, "{}: {} was {}, got {} — a run is resumed with what it began with", path_.string(),
              name, before->dump(), value.dump());
  whole.update(settings);
  whole.update(facts);
  io::write_file(file, whole.dump(1) + "\n");
}

void RunDirectory::append(const char* name, const io::Json& line) const {
  io::Descriptor(path_ / name, O_WRONLY | O_CREAT | O_APPEND).write(line.dump() + "\n");
}

void RunDirectory::rewind(int64_t step) const {
  for (const char* name : logs)
    if (fs::exists(path_ / name)) io::write_file(path_ / name, up_to(path_ / name, step));
}

}  // namespace bertlet::train
