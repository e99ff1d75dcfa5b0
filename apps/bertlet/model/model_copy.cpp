#include "apps/bertlet/model/model_copy.h"

#include <unistd.h>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/progress.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/json/manifest.h"
#include "bert/io/models/model_directory.h"
#include "bert/io/models/names.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;
namespace io = bertlet::io;

bool is_one_file(const fs::path& out) { return out.extension() == ".safetensors"; }

void require_writable(const fs::path& folder) {
  bertlet::require(fs::is_directory(folder), "{}: there is no such folder", folder.string());
  bertlet::require(::access(folder.c_str(), W_OK) == 0, "{}: cannot be written to", folder.string());
}

void require_none(const fs::path& path) {
  bertlet::require(!fs::exists(path), "{}: is there already, want --force to write over it", path.string());
}

// A file that is read stays: it is mapped while the other is written, and is all there is of the model.
void require_other(const ModelSource& source, const fs::path& written) {
  for (const io::StoredTensor& tensor : source.checkpoint.tensors)
    bertlet::require(!fs::exists(written) || !fs::equivalent(tensor.file->name(), written),
                     "{}: is what is read, want another place to write to", written.string());
}

void check_directory(const ModelSource& source, const fs::path& out, bool force) {
  bertlet::require(!fs::exists(out) || fs::is_directory(out),
                   "{}: is a file, want a directory or a name in .safetensors", out.string());
  bertlet::require(source.root.empty() || !fs::exists(out) || !fs::equivalent(source.root, out),
                   "{}: is what is read, want another place to write to", out.string());
  const fs::path tensors = out / source.below;
  if (fs::is_directory(tensors))
    for (const fs::directory_entry& entry : fs::directory_iterator(tensors))
      if (entry.path().extension() == ".safetensors") require_other(source, entry.path());
  if (force) return;
  for (const char* name : io::checkpoint_names) require_none(tensors / name);
  if (source.root.empty()) return;
  for (const fs::path& file : io::companions_in(source.root)) require_none(out / file);
}

}  // namespace

ModelSource open_source(const std::string& path) {
  const bool has_modules = fs::exists(fs::path(path) / "modules.json");  // tensors may be in a folder of theirs
  const std::string found = has_modules ? path : tensors_in(path);
  ModelSource source{.root = fs::is_directory(found) ? fs::path(found) : fs::path(), .below = {}, .checkpoint = {}};
  const bool holds = source.root.empty() || io::holds_checkpoint(source.root);
  const fs::path tensors = holds ? fs::path(found) : io::model_directory(found);
  if (!holds && tensors != source.root) source.below = tensors.filename();
  source.checkpoint = io::open_checkpoint(tensors);
  return source;
}

std::string name_in(const ModelSource& source, const std::string& name) {
  return source.checkpoint.distilbert ? io::to_distilbert(name) : name;
}

void check_output(const ModelSource& source, const fs::path& out, bool force) {
  if (is_one_file(out)) {
    require_other(source, out);
    if (!force) require_none(out);
    return require_writable(out.has_parent_path() ? out.parent_path() : ".");
  }
  check_directory(source, out, force);
  fs::create_directories(out / source.below);
  require_writable(out / source.below);
}

std::size_t bytes_of(const std::vector<io::OutgoingTensor>& tensors) {
  std::size_t bytes = 0;
  for (const io::OutgoingTensor& tensor : tensors) bytes += tensor.bytes();
  return bytes;
}

void write_copy(const ModelSource& source, const std::vector<io::OutgoingTensor>& tensors, const fs::path& out,
                const CopyOptions& options) {
  Progress progress("writing", static_cast<int64_t>(bytes_of(tensors)), {1e6, "MB"}, options.quiet);
  const auto done = [&](std::size_t bytes) { progress.at(static_cast<int64_t>(bytes)); };
  if (is_one_file(out)) return io::write_safetensors(out, tensors, {{"format", "pt"}}, done);
  io::remove_checksums(out / source.below);
  io::write_shards(out / source.below, tensors, to_size(options.shard_mb * 1e6), done);
  if (source.root.empty()) return;
  io::copy_companions(source.root, out);
  io::write_checksums(out / source.below);
}

}  // namespace apps
