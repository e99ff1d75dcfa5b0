#include <algorithm>

#include "bert/io/formats/safetensors.h"
#include "bert/io/json/document.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

constexpr std::size_t alignment = 64;  // of the first number, so that the file can be computed with as it is
constexpr int64_t converted_at_once = int64_t{1} << 16;  // numbers

std::string_view text_of(const void* bytes, std::size_t count) { return {static_cast<const char*>(bytes), count}; }

void write_numbers(FileWriter& file, const Array& array, NumberType type) {
  const std::size_t width = info(type).bytes;
  if (type == real_type) return file.write(text_of(array.data(), to_size(array.size()) * width));
  std::vector<std::byte> bytes(to_size(std::min(converted_at_once, array.size())) * width);
  for (int64_t begin = 0; begin < array.size(); begin += converted_at_once) {
    const int64_t count = std::min(converted_at_once, array.size() - begin);
    from_real(type, array.data() + begin, count, bytes.data());
    file.write(text_of(bytes.data(), to_size(count) * width));
  }
}

std::string header_of(const std::vector<OutgoingTensor>& tensors, const Metadata& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t begin = 0;
  for (const OutgoingTensor& tensor : tensors) {
    require(!header.contains(tensor.name), "safetensors: got '{}' twice, want names that differ", tensor.name);
    header[tensor.name] = {{"dtype", info(tensor.type).short_name},
                           {"shape", std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end())},
                           {"data_offsets", {begin, begin + tensor.bytes()}}};
    begin += tensor.bytes();
  }
  std::string text = header.dump();
  const std::size_t past = (sizeof(std::uint64_t) + text.size()) % alignment;
  return text.append(past == 0 ? 0 : alignment - past, ' ');
}

}  // namespace

OutgoingTensor outgoing(std::string name, const Array& array, NumberType type) {
  return {std::move(name), type, array.shape(), [=](FileWriter& file) { write_numbers(file, array, type); }};
}

OutgoingTensor outgoing(const StoredTensor& tensor, NumberType type) {
  return {tensor.name, type, tensor.shape, [=](FileWriter& file) {
            if (type != tensor.type) return write_numbers(file, tensor.array(), type);
            if (tensor.strides.empty()) return file.write(tensor.file->text(tensor.offset, tensor.bytes()));
            const std::vector<std::byte> rows = tensor.in_rows();
            file.write(text_of(rows.data(), rows.size()));
          }};
}

void write_safetensors(const std::filesystem::path& path, const std::vector<OutgoingTensor>& tensors,
                       const Metadata& metadata, const std::function<void(std::size_t bytes)>& done) {
  const std::string header = header_of(tensors, metadata);
  const std::uint64_t length = header.size();
  FileWriter file(path);
  file.write(text_of(&length, sizeof length));
  file.write(header);
  std::size_t written = 0;
  for (const OutgoingTensor& tensor : tensors) {
    tensor.write(file);
    written += tensor.bytes();
    if (done) done(written);
  }
  file.commit();
}

// --- several files --------------------------------------------------------------------------------------------------

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
