#pragma once
#include "bert/io/formats/stored_tensor.h"

namespace bertlet::io {

// What torch.save writes, new (a zip archive) and old: a dictionary of tensors by name, or one that holds it as
// "state_dict", "model_state_dict" or "model". Nothing in the file is executed.
bool is_torch_file(const MappedFile& file);
std::vector<StoredTensor> read_torch_file(std::shared_ptr<const MappedFile> file);

}  // namespace bertlet::io
