#include "tests/fuzz/inputs/reader.h"

#include <fcntl.h>

#include <stdexcept>

#include "bert/io/files/file.h"
#include "core/require.h"

namespace {
constexpr std::size_t longest = 4010;  // of an error's text, with the dots where it was cut
}

const Reader& reader_named(const std::string& name) {
  for (const auto readers : {model_readers(), data_readers(), run_readers(), command_readers()})
    for (const Reader& reader : readers)
      if (name == reader.name) return reader;
  throw std::invalid_argument("there is no reader " + name);
}

void try_bytes(const Reader& reader, const std::filesystem::path& folder, std::span<const char> bytes) {
  const std::filesystem::path file = folder / reader.file;
  bertlet::io::Descriptor(file, O_WRONLY | O_CREAT | O_TRUNC).write({bytes.data(), bytes.size()});
  try {
    reader.read(folder, file);
  } catch (const bertlet::Error& error) {
    const std::string text = error.what();
    if (text.find('\n') != std::string::npos) throw std::logic_error("an error has several lines: " + text);
    if (text.size() > longest) throw std::logic_error("an error is not cut: " + text);
  }
}
