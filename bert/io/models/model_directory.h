#pragma once
#include <filesystem>
#include <vector>

namespace bertlet::io {

// Where the model is that a path names: the directory itself; best/ of a run, or its newest checkpoint; 0_Transformer/
// of an old sentence-transformers model. What holds none is an error that says where models come from.
std::filesystem::path model_directory(const std::filesystem::path& path);

// What belongs to a model besides its tensors: configuration, vocabulary, labels, task, and the folders of a
// sentence-transformers model. Relative to the directory.
std::vector<std::filesystem::path> companions_in(const std::filesystem::path& directory);
void copy_companions(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace bertlet::io
