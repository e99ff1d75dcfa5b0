#pragma once
#include <filesystem>
#include <functional>

namespace bertlet::io {

// Makes a directory whole or not at all: it is written beside its place, synced and renamed. One that was there stays
// until then.
void replace_directory(const std::filesystem::path& directory,
                       const std::function<void(const std::filesystem::path& beside)>& write);

// What replace_directory has left where it was killed.
bool is_partial(const std::filesystem::path& directory);

}  // namespace bertlet::io
