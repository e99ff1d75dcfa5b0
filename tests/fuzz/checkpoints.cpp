#include <fmt/core.h>

#include <array>

#include "bert/io/formats/safetensors.h"
#include "bert/io/models/checkpoint.h"
#include "core/require.h"
#include "tests/fuzz/fuzz.h"
#include "tests/paths.h"
#include "tests/scratch.h"

// Good checkpoints with some bytes changed, cut out or doubled: each is read, with all its numbers, or refused in one
// line; and what is read is no larger than the file.
//
//   fuzz_checkpoints --calls 1000000 --seed 7

namespace {

namespace io = bertlet::io;

std::string good_safetensors(const Scratch& scratch) {
  const auto path = scratch.path() / "good";
  io::write_safetensors(path, {io::outgoing("a", bertlet::Array::filled({4, 6}, 1)),
                               io::outgoing("b", bertlet::Array::filled({3}, 2), io::NumberType::bf16),
                               io::outgoing("c", bertlet::Array::number(3), io::NumberType::f64)});
  return io::read_file(path);
}

std::string golden(const std::string& name) {
  return io::read_file(std::string(paths::source) + "/tests/golden/" + name);
}

// Most of what matters is at the beginning, or at the end of a zip archive.
std::size_t place(Draw& draw, std::size_t size) {
  const auto all = static_cast<int64_t>(size);
  const int64_t from_begin = draw.below(draw.one_in(2) ? std::min<int64_t>(all, 200) : all);
  return bertlet::to_size(draw.one_in(3) ? all - 1 - from_begin : from_begin);
}

void spoil(Draw& draw, std::string& bytes) {
  constexpr std::array extremes = {'\0', '\x01', '\x7f', '\x80', '\xff', '9', '"', '['};
  for (int64_t i = draw.between(1, 4); i > 0 && !bytes.empty(); --i) {
    const std::size_t at = place(draw, bytes.size());
    const auto count = bertlet::to_size(draw.below(12));
    switch (draw.below(5)) {
      case 0:
        bytes[at] = static_cast<char>(draw.below(256));
        break;
      case 1:
        bytes[at] = extremes[bertlet::to_size(draw.below(std::ssize(extremes)))];
        break;
      case 2:
        bytes.erase(at, count);
        break;
      case 3:
        bytes.insert(at, bytes.substr(place(draw, bytes.size()), count));
        break;
      default:
        bytes.resize(draw.one_in(4) ? at : bytes.size());
    }
  }
}

bool reads(const std::filesystem::path& path, std::size_t size) {
  try {
    for (const io::StoredTensor& tensor : io::open_checkpoint(path).tensors) {
      if (bertlet::to_size(tensor.shape.count()) > size) throw Wrong("a tensor is larger than its file");
      static_cast<void>(tensor.array());
    }
    return true;
  } catch (const bertlet::Error& error) {
    const std::string_view text = error.what();
    if (text.find('\n') != std::string_view::npos) throw Wrong("an error has several lines");
    if (!text.starts_with(path.parent_path().string()))
      throw Wrong("an error does not begin with a file's name: " + std::string(text));
    return false;
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  const Scratch scratch;
  const std::array good = {good_safetensors(scratch), golden("torch_new.pt"), golden("torch_old.pt"),
                           std::string(R"({"weight_map": {"a": "good", "b": "good", "c": "good"}})")};
  constexpr std::array names = {"f.safetensors", "f.bin", "f.pt", "f.index.json"};
  return fuzz(fuzz_options(argument_count, arguments, 3000), [&](Draw& draw, std::string& about) {
    const auto which = bertlet::to_size(draw.below(std::ssize(good)));
    about = names[which];
    std::string bytes = good[which];
    spoil(draw, bytes);
    std::filesystem::remove(scratch.path() / about);  // writing over a file waits for the disk
    return reads(scratch.write(about, bytes), bytes.size() + good[0].size());
  });
}
