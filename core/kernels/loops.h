#pragma once
#include <cstdint>

#include "core/real.h"

// Loops for kernel files. Everything here is internal to the file that includes it: a function the linker could share
// between the copies of a kernel file might bring one instruction set's code to a machine that lacks it.
#define BERTLET_INLINE [[gnu::always_inline]] inline

// Float loops are written to vectorise and say so; double loops call the exact library functions, which do not.
#ifdef BERTLET_DOUBLE
#define BERTLET_SIMD
#else
#define BERTLET_SIMD _Pragma("omp simd")
#endif

namespace bertlet {
namespace {

// f(0), f(1), … f(n - 1), in any order.
template <class F>
BERTLET_INLINE void each(int64_t n, F f) {
  BERTLET_SIMD
  for (int64_t i = 0; i < n; ++i) f(i);
}

// y[i] <- beta y[i] + f(i) for beta 0 or 1; y is not read where beta is 0.
template <class F>
BERTLET_INLINE void accumulate(real beta, real* y, int64_t n, F f) {
  if (beta == 0)
    each(n, [=](int64_t i) { y[i] = f(i); });
  else
    each(n, [=](int64_t i) { y[i] += f(i); });
}

// A row is reduced in lanes, element i in lane i mod 32 (or 64), which are joined in pairs at the end. The order
// depends on nothing but n, and it is the same for every instruction set.

template <int64_t width, class Join>
BERTLET_INLINE real fold(real* lane, Join join) {
  for (int64_t j = 0; j < width; ++j) lane[j] = join(lane[j], lane[j + width]);
  if constexpr (width > 1)
    return fold<width / 2>(lane, join);
  else
    return lane[0];
}

// next(partial, i) takes element i into a partial result; join puts two partial results together.
template <int64_t lanes, class Next, class Join>
BERTLET_INLINE real reduce(int64_t begin, int64_t end, real start, Next next, Join join) {
  real lane[lanes];
  for (real& each : lane) each = start;
  int64_t i = begin;
  for (; i + lanes <= end; i += lanes) {
    BERTLET_SIMD
    for (int64_t j = 0; j < lanes; ++j) lane[j] = next(lane[j], i + j);
  }
  BERTLET_SIMD
  for (int64_t j = 0; j < end - i; ++j) lane[j] = next(lane[j], i + j);
  asm("" : "+m"(lane));  // a wall: clang would take the lanes apart to suit what follows
  return fold<lanes / 2>(lane, join);
}

// Σ f(i), pairwise over blocks, so that the error grows with the logarithm of n. Where f is little more than a load, 64
// lanes keep more loads under way.
template <int64_t lanes = 32, class F>
real sum(int64_t begin, int64_t end, F f) {
  constexpr int64_t block = 4096;
  if (end - begin > block) {
    const int64_t middle = begin + (end - begin + 2 * block - 1) / (2 * block) * block;
    return sum<lanes>(begin, middle, f) + sum<lanes>(middle, end, f);
  }
  const auto next = [=](real partial, int64_t i) { return partial + f(i); };
  const auto join = [](real a, real b) { return a + b; };
  return reduce<lanes>(begin, end, 0, next, join);
}

}  // namespace
}  // namespace bertlet
