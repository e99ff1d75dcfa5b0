#include "bert/io/models/checkpoint.h"

#include <set>

#include "bert/io/formats/safetensors.h"
#include "bert/io/formats/torch_file.h"
#include "bert/io/json/document.h"
#include "bert/io/json/manifest.h"
#include "bert/io/models/int8.h"
#include "bert/io/models/names.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

namespace fs = std::filesystem;

struct Contents {
  const char* form;
  std::vector<StoredTensor> tensors;
};

Contents contents_of(const fs::path& path) {
  const auto file = std::make_shared<const MappedFile>(verified(path));
  if (is_torch_file(*file)) return {"torch", read_torch_file(file)};
  return {"safetensors", read_safetensors(file).tensors};
}

// {"weight_map": {"bert.pooler.dense.bias": "model-00002-of-00002.safetensors"}}
std::set<std::string> shards_of(const JsonPlace& weight_map) {
  std::set<std::string> shards;
  for (const std::string& name : weight_map.keys()) shards.insert(weight_map[name].file_name());
  return shards;
}

Checkpoint indexed(const fs::path& index) {
  const JsonDocument document = read_json(verified(index));
  const JsonPlace weight_map = document.root()["weight_map"];
  const std::set<std::string> shards = shards_of(weight_map);
  Checkpoint checkpoint{index.string(), "an empty index", {}, {}};
  std::set<std::string> found;
  for (const std::string& shard : shards) {
    Contents contents = contents_of(index.parent_path() / shard);
    checkpoint.form = fmt::format("{} in {} shards", contents.form, shards.size());
    for (StoredTensor& tensor : contents.tensors) {
      require(found.insert(tensor.name).second, "{}: {}: is in another shard too", tensor.file->name(), tensor.name);
      checkpoint.tensors.push_back(std::move(tensor));
    }
  }
  for (const std::string& name : weight_map.keys())
    require(found.contains(name), "{}: {}: is not in {}", index.string(), name, weight_map[name].string());
  return checkpoint;
}

// Nothing where there is none.
fs::path first_file_in(const fs::path& directory) {
  for (const char* name : checkpoint_names)
    if (fs::exists(directory / name)) return directory / name;
  return {};
}

fs::path file_in(const fs::path& directory) {
  if (fs::path file = first_file_in(directory); !file.empty()) return file;
  throw Error(fmt::format("{}: holds no model, want one of: {}", directory.string(), joined(checkpoint_names, " ")));
}

Checkpoint as_stored(const fs::path& path) {
  if (path.extension() == ".json") return indexed(path);
  Contents contents = contents_of(path);
  return {path.string(), contents.form, std::move(contents.tensors), {}};
}

}  // namespace

bool holds_checkpoint(const fs::path& directory) { return !first_file_in(directory).empty(); }

Checkpoint open_checkpoint(const fs::path& path) {
  Checkpoint checkpoint = as_stored(fs::is_directory(path) ? file_in(path) : path);
  std::set<std::string> names;
  std::vector<StoredTensor> tensors;
  for (StoredTensor& tensor : checkpoint.tensors) {
    if (is_bookkeeping(tensor.name)) continue;
    std::string was = tensor.name;
    if (from_distilbert(was) != was) checkpoint.distilbert = true;
    tensors.push_back(with_todays_name(std::move(tensor)));
    require(names.insert(tensors.back().name).second, "{}: {}: is there as {} too", checkpoint.name, was,
            tensors.back().name);
  }
  join_scales(tensors);
  checkpoint.tensors = std::move(tensors);
  return checkpoint;
}

}  // namespace bertlet::io
