#include "bert/io/checksum.h"

#include <array>
#include <bit>
#include <cstring>

namespace bertlet::io {

namespace {

constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;

std::uint64_t stirred(std::uint64_t sum, std::uint64_t word) { return std::rotl((sum ^ word) * odd, 29); }

}  // namespace

// Four sums of every fourth word, so that no product waits for the one before.
std::uint64_t checksum(std::string_view bytes) {
  std::array<std::uint64_t, 4> sums = {1, 2, 3, 4}, words;
  std::size_t at = 0;
  for (; at + sizeof words <= bytes.size(); at += sizeof words) {
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    for (std::size_t i = 0; i < words.size(); ++i) sums[i] = stirred(sums[i], words[i]);
  }
  std::uint64_t sum = bytes.size();
  for (; at < bytes.size(); ++at) sum = stirred(sum, static_cast<unsigned char>(bytes[at]));
  for (const std::uint64_t each : sums) sum = stirred(sum, each);
  return sum ^ sum >> 32;
}

}  // namespace bertlet::io
