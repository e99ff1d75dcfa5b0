#pragma once
#include <cstdint>

namespace bertlet {

// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): ten rounds that scramble a
// counter under a key. A random number is a function of its place, so it need never be stored.
struct Philox {
  std::uint32_t word[4];
};

static inline Philox philox(std::uint64_t key, std::uint64_t low, std::uint64_t high) {
  constexpr std::uint32_t multiplier[2] = {0xD2511F53, 0xCD9E8D57}, weyl[2] = {0x9E3779B9, 0xBB67AE85};
  std::uint32_t c[4] = {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low >> 32),
                        static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32)};
  std::uint32_t k[2] = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(multiplier[0]) * c[0],
                        p1 = static_cast<std::uint64_t>(multiplier[1]) * c[2];
    const std::uint32_t next[4] = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
                                   static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    for (int i = 0; i < 4; ++i) c[i] = next[i];
    k[0] += weyl[0];
    k[1] += weyl[1];
  }
  return {{c[0], c[1], c[2], c[3]}};
}

}  // namespace bertlet
