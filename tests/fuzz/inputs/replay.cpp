#include <fmt/core.h>

#include <ctime>
#include <exception>

#include "bert/io/files/file.h"
#include "tests/fuzz/inputs/reader.h"
#include "tests/paths.h"
#include "tests/scratch.h"

// Every file that a reader once fell over, or that somebody might try, is read or refused within a second.
// tests/fuzz/hostile/READER/ has them, named for what is wrong.

namespace {

namespace fs = std::filesystem;

bool holds(const fs::path& hostile) {
  const std::string about =
      fmt::format("{}/{}", hostile.parent_path().filename().string(), hostile.filename().string());
  const std::clock_t start = std::clock();
  try {
    const Scratch scratch;
    try_bytes(reader_named(hostile.parent_path().filename()), scratch.path(), bertlet::io::read_file(hostile));
  } catch (const std::exception& fault) {
    fmt::print("{}: {}\n", about, fault.what());
    return false;
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;  // of the processor
  if (seconds > 1) fmt::print("{}: took {:.1f} s\n", about, seconds);
  return seconds <= 1;
}

}  // namespace

int main() {
  int files = 0, faults = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(paths::source) / "tests/fuzz/hostile"))
    if (entry.is_regular_file()) ++files, faults += !holds(entry.path());
  fmt::print("{} files, {} faults\n", files, faults);
  return files == 0 || faults > 0;
}
