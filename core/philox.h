#pragma once
#include <cstdint>

namespace bertlet {

struct Quad {
  std::uint32_t a, b, c, d;
};

// Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): four random
// words as a function of a counter and a key, with no state between calls. Static, so that each kernel file has its
// own.
[[gnu::always_inline]] static inline constexpr Quad philox(Quad x, std::uint64_t key) {
  std::uint32_t low = static_cast<std::uint32_t>(key), high = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = std::uint64_t{0xD2511F53} * x.a, q = std::uint64_t{0xCD9E8D57} * x.c;
    x = {static_cast<std::uint32_t>(q >> 32) ^ x.b ^ low, static_cast<std::uint32_t>(q),
         static_cast<std::uint32_t>(p >> 32) ^ x.d ^ high, static_cast<std::uint32_t>(p)};
    low += 0x9E3779B9;
    high += 0xBB67AE85;
  }
  return x;
}

}  // namespace bertlet
