#pragma once
#include "core/kernels/loops.h"
#include "core/philox.h"

namespace bertlet {
namespace {

// What 16 counters of a stream give, 64 words, in a loop that vectorises.
constexpr int64_t kCounters = 16;

struct Words {
  std::uint32_t a[kCounters], b[kCounters], c[kCounters], d[kCounters];
};

// The words of counters first … first + 15; first is a multiple of 16.
BERTLET_INLINE void draw(std::uint64_t key, int64_t first, Words& words) {
  const auto low = static_cast<std::uint32_t>(first), high = static_cast<std::uint32_t>(first >> 32);
  BERTLET_SIMD
  for (std::uint32_t i = 0; i < kCounters; ++i) {
    const Quad x = philox({low + i, high, 0, 0}, key);
    words.a[i] = x.a, words.b[i] = x.b, words.c[i] = x.c, words.d[i] = x.d;
  }
}

}  // namespace
}  // namespace bertlet
