#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "apps/bertlet/command.h"
#include "apps/bertlet/progress.h"
#include "bert/io/checkpoint.h"
#include "bert/io/json.h"
#include "bert/io/shards.h"
#include "core/parallel.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;
namespace io = bertlet::io;

struct ConvertOptions {
  CommonOptions common;
  std::string in, out, dtype;
  double shard_mb = 5000;
  bool force = false;
};

constexpr const char* about_convert =
    R"(IN is a model directory or a file in any form: safetensors, pytorch_model.bin old or new, or the index of several
files. OUT is a file NAME.safetensors, or a directory, which gets IN's config and vocabulary as well. Tensors get the
names that transformers give them today; an optimizer's are left out.

Example: bertlet convert model /tmp/half --dtype float16)";

constexpr const char* companions[] = {"config.json",    "vocab.txt",         "tokenizer_config.json",
                                      "tokenizer.json", "added_tokens.json", "special_tokens_map.json"};

bool is_one_file(const fs::path& out) { return out.extension() == ".safetensors"; }

void refuse_to_overwrite(const fs::path& out) {
  const auto require_none = [](const fs::path& path) {
    bertlet::require(!fs::exists(path), "{}: is there already, want --force to write over it", path.string());
  };
  if (is_one_file(out)) return require_none(out);
  bertlet::require(!fs::exists(out) || fs::is_directory(out),
                   "{}: is a file, want a directory or a name in .safetensors", out.string());
  for (const char* name : io::checkpoint_names) require_none(out / name);
  for (const char* name : companions) require_none(out / name);
}

std::vector<io::OutgoingTensor> outgoing(const io::Checkpoint& checkpoint, std::string_view dtype) {
  std::vector<io::OutgoingTensor> tensors;
  for (const io::StoredTensor& tensor : checkpoint.tensors) {
    io::NumberType type = tensor.type;
    for (const io::NumberTypeInfo& wanted : io::number_types())
      if (wanted.name == dtype && !io::is_whole(type)) type = wanted.type;
    tensors.push_back(io::outgoing(tensor, type));
  }
  return tensors;
}

std::size_t bytes_of(const std::vector<io::OutgoingTensor>& tensors) {
  std::size_t bytes = 0;
  for (const io::OutgoingTensor& tensor : tensors) bytes += tensor.bytes();
  return bytes;
}

void copy_companions(const fs::path& in, const fs::path& out) {
  if (!fs::is_directory(in) || fs::equivalent(in, out)) return;
  for (const char* name : companions)
    if (fs::exists(in / name)) io::write_file(out / name, io::read_file(in / name));
}

void write(const ConvertOptions& options, const std::vector<io::OutgoingTensor>& tensors) {
  Progress progress("writing", static_cast<std::int64_t>(bytes_of(tensors)), {1e6, "MB"}, options.common.quiet);
  const auto done = [&](std::size_t bytes) { progress.at(static_cast<std::int64_t>(bytes)); };
  if (is_one_file(options.out)) return io::write_safetensors(options.out, tensors, {{"format", "pt"}}, done);
  fs::create_directories(options.out);
  io::write_shards(options.out, tensors, static_cast<std::size_t>(options.shard_mb * 1e6), done);
  copy_companions(options.in, options.out);
}

int run_convert(const ConvertOptions& options) {
  bertlet::set_threads(options.common.threads);
  if (!options.force) refuse_to_overwrite(options.out);
  const io::Checkpoint checkpoint = io::open_checkpoint(options.in);
  const std::vector<io::OutgoingTensor> tensors = outgoing(checkpoint, options.dtype);
  write(options, tensors);
  if (options.common.json)
    fmt::print("{}\n",
               io::Json{{"form", checkpoint.form}, {"tensors", tensors.size()}, {"bytes", bytes_of(tensors)}}.dump());
  else if (!options.common.quiet)
    fmt::print("{}: {} tensors, {:.1f} MB, from {}\n", options.out, tensors.size(),
               static_cast<double>(bytes_of(tensors)) * 1e-6, checkpoint.form);
  return 0;
}

}  // namespace

void add_convert(const Command& program) {
  const auto options = std::make_shared<ConvertOptions>();
  Command command = program.add("convert", "Checkpoints in one form and another", about_convert);
  command.text("in", "IN", options->in, "A model directory or a file of tensors", Needed::yes);
  command.text("out", "OUT", options->out, "A directory, or a name in .safetensors", Needed::yes);
  command.one_of("--dtype", "TYPE", options->dtype, {"float64", "float32", "float16", "bfloat16"},
                 "What numbers become; if not given, they stay as they are");
  command.number("--shard-size", options->shard_mb, "The most megabytes of one file, in a directory", {1e-6, 1e9});
  command.flag("--force", options->force, "Write over what is there");
  command.common(options->common);
  command.runs([options] { return run_convert(*options); });
}

}  // namespace apps
