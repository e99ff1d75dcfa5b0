#pragma once
#include <vector>

#include "core/array.h"

namespace bertlet {

// Where random numbers come from: a number is a function of (seed, step, site, index) alone. Who draws it, when, and on
// how many threads makes no difference, and a mask can be drawn again instead of being kept.
struct Rng {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;  // of training
  std::uint32_t site = 0;  // the place in the model that draws
};

Array uniform(const Rng& rng, const Shape& shape, real low = 0, real high = 1);  // low <= x < high
Array normal(const Rng& rng, const Shape& shape, real mean = 0, real deviation = 1);
Array truncated_normal(const Rng& rng, const Shape& shape, real mean = 0,
                       real deviation = 1);  // drawn again beyond 2 deviations

std::vector<int64_t> integers(const Rng& rng, int64_t count, int64_t below);  // 0 <= i < below
std::vector<int64_t> permutation(const Rng& rng, int64_t n);

}  // namespace bertlet
