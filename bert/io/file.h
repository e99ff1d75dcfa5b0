#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace bertlet::io {

inline constexpr std::size_t largest_file = std::size_t{1} << 30;  // of those that are read whole

// The whole file. Errors name it and say why.
std::string read_file(const std::filesystem::path& path);

// Written beside it under another name, synced and renamed: a file that was there stays whole until the new one is.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace bertlet::io
