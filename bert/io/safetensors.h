#pragma once
#include <map>

#include "bert/io/stored_tensor.h"

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
Safetensors read_safetensors(std::shared_ptr<const MappedFile> file);

}  // namespace bertlet::io
