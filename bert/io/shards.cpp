#include "bert/io/shards.h"

#include "bert/io/json.h"

namespace bertlet::io {

namespace {

using Shards = std::vector<std::vector<OutgoingTensor>>;

std::size_t bytes_of(const std::vector<OutgoingTensor>& tensors) {
  std::size_t bytes = 0;
  for (const OutgoingTensor& tensor : tensors) bytes += tensor.bytes();
  return bytes;
}

Shards divided(const std::vector<OutgoingTensor>& tensors, std::size_t shard_bytes) {
  Shards shards(1);
  std::size_t bytes = 0;
  for (const OutgoingTensor& tensor : tensors) {
    if (bytes > 0 && bytes + tensor.bytes() > shard_bytes) {
      shards.emplace_back();
      bytes = 0;
    }
    shards.back().push_back(tensor);
    bytes += tensor.bytes();
  }
  return shards;
}

}  // namespace

void write_shards(const std::filesystem::path& directory, const std::vector<OutgoingTensor>& tensors,
                  std::size_t shard_bytes, const std::function<void(std::size_t bytes)>& done) {
  const Shards shards = divided(tensors, shard_bytes);
  if (shards.size() == 1) return write_safetensors(directory / "model.safetensors", tensors, {{"format", "pt"}}, done);
  Json index = {{"metadata", {{"total_size", bytes_of(tensors)}}}};
  std::size_t before = 0;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
    for (const OutgoingTensor& tensor : shards[i]) index["weight_map"][tensor.name] = name;
    write_safetensors(directory / name, shards[i], {{"format", "pt"}}, [&](std::size_t bytes) {
      if (done) done(before + bytes);
    });
    before += bytes_of(shards[i]);
  }
  write_file(directory / "model.safetensors.index.json", index.dump(2) + "\n");
  std::filesystem::remove(directory / "model.safetensors");  // which readers would prefer
}

}  // namespace bertlet::io
