#include "bert/train/run_directory.h"

#include <fcntl.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <set>

#include "bert/io/files/lines.h"
#include "bert/io/json/manifest.h"
#include "bert/train/checkpoints.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;

constexpr const char *description_name = "run.json", *not_finite_name = "not-finite.json",
                     *logs[] = {"metrics.jsonl", "speed.jsonl"};
constexpr int64_t run_format = 1;

// A last line that was cut off by a crash is no line.
std::optional<int64_t> step_in(std::string_view line) {
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
    if (step_in(line).value_or(step + 1) > step) break;
    kept.append(line).push_back('\n');
  }
  return kept;
}

// What somebody may want to keep, in this run or in one of a sweep's below it.
bool holds_results(const fs::path& path) {
  static const std::set<std::string> results = {logs[0], "checkpoints", not_finite_name};
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path, ignored))
    if (results.contains(entry.path().filename().string())) return true;
  return false;
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, IfThere if_there)
    : path_(std::move(path)), errors_(std::uncaught_exceptions()) {
  const std::string name = path_.string();
  require(!fs::exists(path_) || fs::is_directory(path_), "{}: is a file, want a directory for the run", name);
  for (fs::path each = fs::absolute(path_).lexically_normal(); !fs::exists(each); each = each.parent_path())
    made_.push_back(each);
  fs::create_directories(path_);
  lock_ = std::make_unique<io::Descriptor>(path_, O_RDONLY | O_DIRECTORY);
  require(lock_->lock(), "{}: another process is at work in it", name);
  const bool used = !fs::is_empty(path_), is_run = fs::exists(path_ / description_name);
  require(!used || if_there != IfThere::refuse,
          "{}: holds something already — with --resume a run goes on, with --force it is replaced", name);
  require(!used || is_run, "{}: is not a run's directory, so nothing in it is touched", name);
  if (if_there == IfThere::replace)
    for (const fs::directory_entry& entry : fs::directory_iterator(path_)) fs::remove_all(entry);
  resumed_ = used && if_there == IfThere::resume;
  began_ = !resumed_;
}

RunDirectory::~RunDirectory() {
  if (!began_ || std::uncaught_exceptions() == errors_ || holds_results(path_)) return;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, ignored)) fs::remove_all(entry, ignored);
  for (const fs::path& each : made_) fs::remove(each, ignored);  // which are empty, or stay
}

bool RunDirectory::is_done(const io::Json& description) const {
  const std::vector<fs::path> saved = Checkpoints(checkpoints(), 1).directories();
  const io::Json* steps = description.find("steps");
  return steps && steps->is_integer() && !saved.empty() && step_of(saved.front()) == steps->integer();
}

std::string RunDirectory::describe(const io::Json& settings, const io::Json& facts,
                                   const std::vector<std::string>& lengths) {
  const fs::path file = path_ / description_name;
  io::Json whole = fs::exists(file) ? io::read_sealed(file, run_format).root().value() : io::Json::object();
  std::vector<std::string> refused, longer;
  for (const auto& [name, value] : settings.items()) {
    const io::Json* before = whole.find(name);
    if (!before || same_setting(*before, value)) continue;
    const bool grows = before->is_number() && value.is_number() && value.number() > before->number();
    const bool may_grow = grows && std::ranges::find(lengths, name) != lengths.end() && is_done(whole);
    (may_grow ? longer : refused).push_back(difference(name, *before, value));
  }
  require(refused.empty(), "{}: {} — a run is resumed with what it began with", path_.string(), joined(refused, "; "));
  whole.update(settings);
  whole.update(facts);
  io::write_file(file, io::sealed(std::move(whole), run_format));
  return longer.empty() ? "" : fmt::format("{}: was done and goes on: {}", path_.string(), joined(longer, "; "));
}

fs::path RunDirectory::not_finite() const { return path_ / not_finite_name; }

void RunDirectory::append(const char* name, const io::Json& line) const {
  io::Descriptor(path_ / name, O_WRONLY | O_CREAT | O_APPEND).write(line.dump() + "\n");
}

io::Json RunDirectory::history() const {
  const fs::path log = path_ / logs[0];
  return io::fingerprint(fs::exists(log) ? io::read_file(log) : "");
}

// A program that kept none says nothing of it.
bool RunDirectory::has_history(const io::Json& recorded) const { return recorded.is_null() || recorded == history(); }

void RunDirectory::rewind(int64_t step) const {
  for (const char* name : logs)
    if (fs::exists(path_ / name)) io::write_file(path_ / name, up_to(path_ / name, step));
}

}  // namespace bertlet::train
