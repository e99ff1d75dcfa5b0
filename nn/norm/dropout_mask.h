#pragma once
#include "core/kernels/words.h"
#include "nn/norm/dropout_kernels.h"

namespace bertlet {
namespace {

// A dropout mask is computed wherever it is needed, a stretch of elements at a time:
//
//   Coins coins;
//   const Half* coin = toss(mask.key, first, n, coins);          // for elements first … first + n - 1
//   each(n, [=](int64_t i) { y[i] = kept(mask, coin[i], x[i]); });
using Half __attribute__((may_alias)) = std::uint16_t;

constexpr int64_t kGroup = 128;     // elements that 16 counters have a half-word each for
constexpr int64_t kStretch = 1024;  // the most elements of one toss

struct Coins {
  Words words[kStretch / kGroup + 1];
};

BERTLET_INLINE const Half* toss(std::uint64_t key, int64_t first, int64_t n, Coins& coins) {
  const int64_t group = first / kGroup, last = (first + n - 1) / kGroup;
  for (int64_t i = group; i <= last; ++i) draw(key, i * kCounters, coins.words[i - group]);
  return reinterpret_cast<const Half*>(&coins) + first % kGroup;
}

BERTLET_INLINE real kept(const DropoutMask& mask, Half coin, real x) {
  return static_cast<std::int32_t>(coin) < mask.drop ? 0 : x * mask.scale;
}

// f(i, coin) for the elements i = 0 … n - 1 of a stretch that begins at `first` in the stream.
template <class F>
BERTLET_INLINE void each_coin(const DropoutMask& mask, int64_t first, int64_t n, F f) {
  Coins coins;
  for (int64_t from = 0; from < n; from += kStretch) {
    const int64_t count = n - from < kStretch ? n - from : kStretch;
    const Half* coin = toss(mask.key, first + from, count, coins);
    each(count, [=](int64_t i) { f(from + i, coin[i]); });
  }
}

}  // namespace
}  // namespace bertlet
