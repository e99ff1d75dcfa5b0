#pragma once
#include "bert/io/formats/stored_tensor.h"

namespace bertlet::io {

// The tensors of a model, in whichever form they are kept.
//
//   io::open_checkpoint("model")                         // a directory as Hugging Face has it
//   io::open_checkpoint("model/pytorch_model.bin")       // or one of its files
struct Checkpoint {
  std::string name;                   // of the file they are in, or that says where they are
  std::string form;                   // "safetensors", "torch", "safetensors in 5 shards"
  std::vector<StoredTensor> tensors;  // under today's names, without what is no model's
  bool distilbert = false;            // the file has DistilBERT's names for them
};
Checkpoint open_checkpoint(const std::filesystem::path& path);
bool holds_checkpoint(const std::filesystem::path& directory);

// What a directory's tensors may be called, the first that is there being the one that counts.
inline constexpr const char* checkpoint_names[] = {"model.safetensors", "model.safetensors.index.json",
                                                   "pytorch_model.bin", "pytorch_model.bin.index.json"};

}  // namespace bertlet::io
