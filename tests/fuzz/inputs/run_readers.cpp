#include <array>

#include "bert/io/files/file.h"
#include "bert/train/checkpoints.h"
#include "bert/train/run_directory.h"
#include "bert/view/run_history.h"
#include "tests/fuzz/inputs/reader.h"
#include "tests/paths.h"

namespace {

namespace fs = std::filesystem;
namespace io = bertlet::io;
namespace train = bertlet::train;

const fs::path old_run = fs::path(paths::source) / "tests/golden/old_run/run";

// A run that was resumed, and is looked at.
void read_description(const fs::path& folder, const fs::path&) {
  train::RunDirectory run(folder, train::IfThere::resume);
  run.describe({{"lr", 0.0001}, {"epochs", 2}}, {{"finished", false}}, {"epochs"});
}

void read_measures(const fs::path& folder, const fs::path&) {
  io::write_file(folder / "run.json", "{}");
  static_cast<void>(bertlet::view::read_run(folder));
  train::RunDirectory(folder, train::IfThere::resume).rewind(1);
}

// Its model and moments are right; what is read is the file that says so.
void read_state(const fs::path& folder, const fs::path& file) {
  const fs::path checkpoints = folder / "checkpoints", whole = checkpoints / "step-00000002";
  if (!fs::exists(checkpoints)) fs::copy(old_run / "checkpoints", checkpoints, fs::copy_options::recursive);
  io::write_file(whole / "state.json", io::read_file(file));
  static_cast<void>(train::Checkpoints(checkpoints, 2).newest());
}

constexpr std::array readers = {
    Reader{"run", "run.json", read_description},
    Reader{"metrics", "metrics.jsonl", read_measures},
    Reader{"speed", "speed.jsonl", read_measures},
    Reader{"state", "state", read_state},
};

}  // namespace

std::span<const Reader> run_readers() { return readers; }
