#include "core/random.h"

#include <cmath>
#include <numeric>
#include <utility>

#include "core/kernels/random.h"
#include "core/parallel.h"
#include "core/philox.h"
#include "core/require.h"

namespace bertlet {
namespace {

constexpr int64_t drawn_at_once = 256 * random_group;

std::uint32_t low_word(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high_word(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

using Kernel = void (*)(std::uint64_t key, int64_t first, real, real, real* y, int64_t n);

void fill(Kernel kernel, const Rng& rng, real a, real b, real* y, int64_t n) {
  const std::uint64_t key = stream_key(rng);
  parallel_for(n, drawn_at_once, [=](int64_t begin, int64_t end) { kernel(key, begin, a, b, y + begin, end - begin); });
}

void require_spread(const char* who, real mean, real deviation) {
  require(std::isfinite(mean) && std::isfinite(deviation) && deviation >= 0,
          "{}: got mean {} and deviation {}, want finite numbers and no negative deviation", who, mean, deviation);
}

// Draws that would favour the small remainders are drawn again.
int64_t integer(std::uint64_t key, int64_t index, int64_t below) {
  const auto range = static_cast<std::uint64_t>(below), at = static_cast<std::uint64_t>(index);
  const std::uint64_t surplus = (0 - range) % range;  // 2^64 mod range
  for (std::uint32_t attempt = 0;; ++attempt) {
    const Quad words = philox({low_word(at), high_word(at), attempt, 1}, key);
    const std::uint64_t x = std::uint64_t{words.b} << 32 | words.a;
    if (x >= surplus) return static_cast<int64_t>(x % range);
  }
}

}  // namespace

std::uint64_t stream_key(const Rng& rng) {
  const Quad words = philox({low_word(rng.step), high_word(rng.step), rng.site, 0}, rng.seed);
  return std::uint64_t{words.b} << 32 | words.a;
}

void uniform(const Rng& rng, real low, real high, real* y, int64_t n) {
  require(low < high && std::isfinite(high - low), "uniform: got {} to {}, want a finite range that is not empty", low,
          high);
  fill(random_kernels().uniform, rng, low, high, y, n);
}

void normal(const Rng& rng, real mean, real deviation, real* y, int64_t n) {
  require_spread("normal", mean, deviation);
  fill(random_kernels().normal, rng, mean, deviation, y, n);
}

void truncated_normal(const Rng& rng, real mean, real deviation, real* y, int64_t n) {
  require_spread("truncated_normal", mean, deviation);
  fill(random_kernels().truncated_normal, rng, mean, deviation, y, n);
}

Array uniform(const Rng& rng, const Shape& shape, real low, real high) {
  Array y(shape, "uniform");
  uniform(rng, low, high, y.data(), y.size());
  return y;
}

Array normal(const Rng& rng, const Shape& shape, real mean, real deviation) {
  Array y(shape, "normal");
  normal(rng, mean, deviation, y.data(), y.size());
  return y;
}

Array truncated_normal(const Rng& rng, const Shape& shape, real mean, real deviation) {
  Array y(shape, "truncated_normal");
  truncated_normal(rng, mean, deviation, y.data(), y.size());
  return y;
}

std::vector<int64_t> integers(const Rng& rng, int64_t n, int64_t below) {
  require(below > 0 && n >= 0, "integers: got n = {} and below = {}, want n >= 0 and below > 0", n, below);
  std::vector<int64_t> y(to_size(n));
  const std::uint64_t key = stream_key(rng);
  parallel_for(n, 4096, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[to_size(i)] = integer(key, i, below);
  });
  return y;
}

// Fisher and Yates: the last place gets any of the elements, the one before it any of the rest, …
std::vector<int64_t> permutation(const Rng& rng, int64_t n) {
  require(n >= 0, "permutation: got n = {}, want n >= 0", n);
  std::vector<int64_t> y(to_size(n));
  std::iota(y.begin(), y.end(), 0);
  const std::uint64_t key = stream_key(rng);
  for (int64_t last = n - 1; last > 0; --last) std::swap(y[to_size(last)], y[to_size(integer(key, last, last + 1))]);
  return y;
}

}  // namespace bertlet
