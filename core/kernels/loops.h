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

// What a loop that keeps the processor busy does besides, for memory would be idle: before each span of elements, up to
// the one that begins with `last`, it calls ask with the span's first.
constexpr int64_t kSpan = 32;

struct Nothing {
  BERTLET_INLINE void operator()(int64_t) const {}
};

template <class Ask>
struct Meanwhile {
  int64_t last = -1;
  Ask ask;
};

// Asks for the arrays' elements 6 KiB ahead: those to be read, and those to be written, which memory has to bring as
// well. n is the arrays' length.
template <class... Arrays>
BERTLET_INLINE auto fetching(int64_t n, const Arrays*... arrays) {
  constexpr int64_t line = 64 / static_cast<int64_t>(sizeof(real)), ahead = 96 * line;
  auto ask = [=](int64_t i) {
    for (int64_t j = i + ahead; j < i + ahead + kSpan; j += line) (__builtin_prefetch(arrays + j), ...);
  };
  return Meanwhile<decltype(ask)>{n - ahead - kSpan, ask};
}

// f(0), f(1), … f(n - 1), in any order.
template <class F>
BERTLET_INLINE void each(int64_t n, F f) {
  BERTLET_SIMD
  for (int64_t i = 0; i < n; ++i) f(i);
}

template <class F, class Ask>
BERTLET_INLINE void each(int64_t n, F f, Meanwhile<Ask> meanwhile) {
  int64_t i = 0;
  for (; i + kSpan <= n && i <= meanwhile.last; i += kSpan) {
    meanwhile.ask(i);
    each(kSpan, [=](int64_t j) { f(i + j); });
  }
  each(n - i, [=](int64_t j) { f(i + j); });
}

// y[i] <- beta y[i] + f(i) for beta 0 or 1; y is not read where beta is 0.
template <class F, class Ask = Nothing>
BERTLET_INLINE void accumulate(real beta, real* y, int64_t n, F f, Meanwhile<Ask> meanwhile = {}) {
  const auto write = [=](int64_t i) { y[i] = f(i); };
  const auto add = [=](int64_t i) { y[i] += f(i); };
  if (beta == 0)
    each(n, write, meanwhile);
  else
    each(n, add, meanwhile);
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
template <int64_t lanes, class Next, class Join, class Ask = Nothing>
BERTLET_INLINE real reduce(int64_t begin, int64_t end, real start, Next next, Join join,
                           Meanwhile<Ask> meanwhile = {}) {
  real lane[lanes];
  for (real& each : lane) each = start;
  int64_t i = begin;
  for (; i + lanes <= end; i += lanes) {
    if (i <= meanwhile.last) meanwhile.ask(i);
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
template <int64_t lanes = 32, class F, class Ask = Nothing>
real sum(int64_t begin, int64_t end, F f, Meanwhile<Ask> meanwhile = {}) {
  constexpr int64_t block = 4096;
  if (end - begin > block) {
    const int64_t middle = begin + (end - begin + 2 * block - 1) / (2 * block) * block;
    return sum<lanes>(begin, middle, f, meanwhile) + sum<lanes>(middle, end, f, meanwhile);
  }
  const auto next = [=](real partial, int64_t i) { return partial + f(i); };
  const auto join = [](real a, real b) { return a + b; };
  return reduce<lanes>(begin, end, 0, next, join, meanwhile);
}

}  // namespace
}  // namespace bertlet
