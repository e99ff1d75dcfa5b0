#pragma once
#include <type_traits>

#include "core/real.h"

namespace bertlet {

// parallel_for(n, grain, f) calls f(begin, end) on [0, grain), [grain, 2 grain), … up to n, on all threads.
// The blocks depend on n and grain alone, never on the number of threads: what f computes has the same bits with
// one thread and with eight. The caller works too; a parallel_for inside f runs where it stands; the first
// exception thrown by f reaches the caller.
template <class F>
void parallel_for(int64_t n, int64_t grain, const F& f);

// f(i) for each i below n, so many of them in a block.
template <class F>
void parallel_each(int64_t n, int64_t grain, const F& f);

void set_threads(int count);  // the caller included; 0 = one per core
int threads();
int free_threads();  // how many a parallel_for here would work on: one inside another

// --- behind the template --------------------------------------------------------------------------------------

using BlockFunction = void (*)(const void* context, int64_t begin, int64_t end);
void run_blocks(int64_t n, int64_t grain, BlockFunction function, const void* context);

// Denormals count as zero on every thread that computes, so that bits do not depend on who computed them.
void flush_denormals();

template <class F>
void parallel_for(int64_t n, int64_t grain, const F& f) {
  if (0 < n && n <= grain) {
    flush_denormals();
    return f(0, n);
  }
  run_blocks(
      n, grain, [](const void* context, int64_t begin, int64_t end) { (*static_cast<const F*>(context))(begin, end); },
      &f);
}

template <class F>
void parallel_each(int64_t n, int64_t grain, const F& f) {
  parallel_for(n, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) f(i);
  });
}

}  // namespace bertlet
