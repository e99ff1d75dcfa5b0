#pragma once
#include "core/real.h"

namespace bertlet {

// y[i] becomes number first + i of the stream that belongs to the key. Numbers are made 64 at a time: `first` is a
// multiple of that.
constexpr int64_t random_group = 64;

struct RandomKernels {
  void (*uniform)(std::uint64_t key, int64_t first, real low, real high, real* y, int64_t n);  // low <= y < high
  void (*normal)(std::uint64_t key, int64_t first, real mean, real deviation, real* y, int64_t n);
  void (*truncated_normal)(std::uint64_t key, int64_t first, real mean, real deviation, real* y, int64_t n);
};

const RandomKernels& random_kernels();  // for the chosen instruction set

}  // namespace bertlet
