#include "bert/io/files/checksum.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstring>

#include "bert/io/files/mapped_file.h"

namespace bertlet::io {

namespace {

constexpr std::string_view xxh3_mark = "xxh3:";

// Four sums of every fourth word, and one of them and of the bytes that are left.
std::uint64_t first_checksum(std::string_view bytes) {
  const auto stirred = [](std::uint64_t sum, std::uint64_t word) {
    return std::rotl((sum ^ word) * 0x9e3779b97f4a7c15, 29);
  };
  std::array<std::uint64_t, 4> sums = {1, 2, 3, 4}, words;
  std::uint64_t sum = bytes.size();
  for (; bytes.size() >= sizeof words; bytes.remove_prefix(sizeof words)) {
    std::memcpy(words.data(), bytes.data(), sizeof words);
    for (std::size_t i = 0; i < words.size(); ++i) sums[i] = stirred(sums[i], words[i]);
  }
  for (const char byte : bytes) sum = stirred(sum, static_cast<unsigned char>(byte));
  for (const std::uint64_t each : sums) sum = stirred(sum, each);
  return sum ^ sum >> 32;
}

}  // namespace

std::string checksum(std::string_view bytes, ChecksumKind kind) {
  if (kind == ChecksumKind::first) return fmt::format("{:016x}", first_checksum(bytes));
  return fmt::format("{}{:016x}", xxh3_mark, XXH3_64bits(bytes.data(), bytes.size()));
}

std::string file_checksum(const std::filesystem::path& file, ChecksumKind kind) {
  const MappedFile mapped(file);
  return checksum(mapped.text(0, mapped.size()), kind);
}

ChecksumKind checksum_kind(std::string_view recorded) {
  return recorded.starts_with(xxh3_mark) ? ChecksumKind::xxh3 : ChecksumKind::first;
}

}  // namespace bertlet::io
