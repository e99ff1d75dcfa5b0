#pragma once
#include <filesystem>

#include "bert/io/formats/safetensors.h"
#include "bert/io/models/checkpoint.h"

// A model that is written elsewhere with other tensors, and with all else that belongs to it.
namespace apps {

struct ModelSource {
  std::filesystem::path root;   // of all its files; empty: a file of tensors alone
  std::filesystem::path below;  // where in it the tensors are: in old sentence-transformers models 0_Transformer
  bertlet::io::Checkpoint checkpoint;
};
ModelSource open_source(const std::string& path);

// The tensors' names as the source has them.
std::string name_in(const ModelSource& source, const std::string& name);

// Before any work: whether all of it can be written. What is there is replaced only with `force`, and what is read
// never.
void check_output(const ModelSource& source, const std::filesystem::path& out, bool force);

struct CopyOptions {
  double shard_mb = 5000;
  bool quiet = false;
};

// A file NAME.safetensors, or a directory with all that the source has.
void write_copy(const ModelSource& source, const std::vector<bertlet::io::OutgoingTensor>& tensors,
                const std::filesystem::path& out, const CopyOptions& options);

std::size_t bytes_of(const std::vector<bertlet::io::OutgoingTensor>& tensors);

}  // namespace apps
