#include <fmt/core.h>

#include <chrono>
#include <exception>

#include "bert/io/files/file.h"
#include "tests/fuzz/inputs/reader.h"
#include "tests/paths.h"
#include "tests/scratch.h"

// Every file that a reader once fell over is read or refused today, within a second. tests/fuzz/found/READER/ has them,
// named for what was wrong.

namespace {

namespace fs = std::filesystem;

bool holds(const fs::path& found) {
  const std::string about = fmt::format("{}/{}", found.parent_path().filename().string(), found.filename().string());
  const auto start = std::chrono::steady_clock::now();
  try {
    const Scratch scratch;
    try_bytes(reader_named(found.parent_path().filename()), scratch.path(), bertlet::io::read_file(found));
  } catch (const std::exception& fault) {
    fmt::print("{}: {}\n", about, fault.what());
    return false;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (seconds.count() > 1) fmt::print("{}: took {:.1f} s\n", about, seconds.count());
  return seconds.count() <= 1;
}

}  // namespace

int main() {
  int files = 0, faults = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(paths::source) / "tests/fuzz/found"))
    if (entry.is_regular_file()) ++files, faults += !holds(entry.path());
  fmt::print("{} files, {} faults\n", files, faults);
  return files == 0 || faults > 0;
}
