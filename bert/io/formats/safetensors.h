#pragma once
#include <functional>
#include <map>

#include "bert/io/formats/stored_tensor.h"
#include "core/real.h"

namespace bertlet::io {

// A file of tensors: the length of a header, the header as JSON, the numbers.
//
//   for (const io::StoredTensor& tensor : io::read_safetensors("model.safetensors").tensors)
//     fmt::print("{} {}\n", tensor.name, tensor.shape);
struct Safetensors {
  std::vector<StoredTensor> tensors;  // in the order of their numbers
  std::map<std::string, std::string> metadata;
};
Safetensors read_safetensors(const std::filesystem::path& path);  // reads the header and nothing else
Safetensors read_safetensors(const std::shared_ptr<const MappedFile>& file);

// What is to be written, which is made, or read from elsewhere, when its turn comes.
struct OutgoingTensor {
  std::string name;
  NumberType type;
  Shape shape;
  std::function<void(FileWriter& file)> write;  // its numbers

  std::size_t bytes() const { return to_size(shape.count()) * info(type).bytes; }
};
OutgoingTensor outgoing(std::string name, const Array& array, NumberType type = real_type);
OutgoingTensor outgoing(const StoredTensor& tensor, NumberType type);

using Metadata = std::map<std::string, std::string>;

// Whole or not at all. `done` hears how many bytes of numbers are written.
//
//   io::write_safetensors("out.safetensors", {io::outgoing("logits", logits)});
void write_safetensors(const std::filesystem::path& path, const std::vector<OutgoingTensor>& tensors,
                       const Metadata& metadata = {{"format", "pt"}},
                       const std::function<void(std::size_t bytes)>& done = {});

// The tensors of a model directory: model.safetensors or, where they take more than `shard_bytes`, several files of at
// most as much (one large tensor may be more) and model.safetensors.index.json, which says what is where.
void write_shards(const std::filesystem::path& directory, const std::vector<OutgoingTensor>& tensors,
                  std::size_t shard_bytes, const std::function<void(std::size_t bytes)>& done = {});

}  // namespace bertlet::io
