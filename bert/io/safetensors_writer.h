#pragma once
#include <functional>
#include <map>

#include "bert/io/stored_tensor.h"

namespace bertlet::io {

// What is to be written, which is made, or read from elsewhere, when its turn comes.
struct OutgoingTensor {
  std::string name;
  NumberType type;
  Shape shape;
  std::function<void(FileWriter& file)> write;  // its numbers

  std::size_t bytes() const { return static_cast<std::size_t>(shape.count()) * info(type).bytes; }
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

}  // namespace bertlet::io
