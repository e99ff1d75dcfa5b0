#pragma once
#include "bert/io/safetensors_writer.h"

namespace bertlet::io {

// The tensors of a model directory: model.safetensors or, where they take more than `shard_bytes`, several files of at
// most as much (one large tensor may be more) and model.safetensors.index.json, which says what is where.
void write_shards(const std::filesystem::path& directory, const std::vector<OutgoingTensor>& tensors,
                  std::size_t shard_bytes, const std::function<void(std::size_t bytes)>& done = {});

}  // namespace bertlet::io
