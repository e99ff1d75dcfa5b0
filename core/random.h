#pragma once
#include <cstdint>
#include <vector>

#include "core/array.h"

namespace bertlet {

// Random numbers without a state: a number is a function of seed, step, site and its index, whatever else was drawn,
// in whatever order and on however many threads. Each use has a site of its own; the step counts training steps.
//
//   Array weights = normal({.seed = 1, .site = 7}, {2, 3}, 0, 0.02);
struct Rng {
  std::uint64_t seed = 0, step = 0;
  std::uint32_t site = 0;
};

Array uniform(const Rng& rng, const Shape& shape, real low = 0, real high = 1);  // low <= x < high
Array normal(const Rng& rng, const Shape& shape, real mean = 0, real deviation = 1);
Array truncated_normal(const Rng& rng, const Shape& shape, real mean = 0,
                       real deviation = 1);  // at most 2 deviations off

// The same into memory that is there.
void uniform(const Rng& rng, real low, real high, real* y, int64_t n);
void normal(const Rng& rng, real mean, real deviation, real* y, int64_t n);
void truncated_normal(const Rng& rng, real mean, real deviation, real* y, int64_t n);

std::vector<int64_t> integers(const Rng& rng, int64_t n, int64_t below);  // n times 0 <= x < below, each as likely
std::vector<int64_t> permutation(const Rng& rng, int64_t n);              // of 0 … n - 1

// The key of a site's stream, for kernels that call philox() themselves.
std::uint64_t stream_key(const Rng& rng);

}  // namespace bertlet
