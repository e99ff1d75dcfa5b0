#include <cstdint>
#include <cstdlib>
#include <optional>

#include "core/parallel.h"
#include "core/warning.h"
#include "tests/fuzz/inputs/reader.h"
#include "tests/scratch.h"

// Bytes from libFuzzer for one reader:
//   fuzz_inputs --reader=zip -runs=100000 CORPUS

namespace {

const Reader* reader = nullptr;

std::string reader_of(int count, char** arguments) {
  constexpr std::string_view name = "--reader=";
  for (int i = 1; i < count; ++i)
    if (const std::string_view argument = arguments[i]; argument.starts_with(name))
      return std::string(argument.substr(name.size()));
  return "";
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  reader = &reader_named(reader_of(*count, *arguments));
  bertlet::set_threads(1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scratch scratch;
  try_bytes(*reader, scratch.path(), {reinterpret_cast<const char*>(data), size});
  return 0;
}
