#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/array.h"

namespace bertlet::io {

// What numpy.load() reads: a zip archive with NAME.npy for each array. Whole or not at all, below 4 GB.
//
//   io::write_npz("out.npz", {{"logits", logits}});
void write_npz(const std::filesystem::path& path, const std::vector<std::pair<std::string, Array>>& arrays);

}  // namespace bertlet::io
