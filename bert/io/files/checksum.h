#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace bertlet::io {

// xxh3 is written "xxh3:2d06800538d394c2". What bertlet's first programs wrote has no name in front, and is only read.
enum class ChecksumKind { xxh3, first };

// Changes with any bit of the text: against files that are torn or rotten, not against malice.
std::string checksum(std::string_view bytes, ChecksumKind kind = ChecksumKind::xxh3);
std::string file_checksum(const std::filesystem::path& file, ChecksumKind kind = ChecksumKind::xxh3);

ChecksumKind checksum_kind(std::string_view recorded);

}  // namespace bertlet::io
