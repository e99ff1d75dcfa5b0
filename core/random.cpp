#include "core/random.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "core/parallel.h"
#include "core/philox.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t grain = 1 << 14;

// The i-th draw; `attempt` tells apart the draws of an element that is drawn more than once.
Philox draw(const Rng& rng, int64_t i, std::uint32_t attempt = 0) {
  const std::uint64_t place = (static_cast<std::uint64_t>(rng.step) << 32) | rng.site;
  return philox(rng.seed, static_cast<std::uint64_t>(i) | static_cast<std::uint64_t>(attempt) << 48, place);
}

double unit(std::uint32_t high, std::uint32_t low) {  // 0 <= u < 1 with 53 bits
  return static_cast<double>((static_cast<std::uint64_t>(high) << 32 | low) >> 11) * 0x1p-53;
}

double standard_normal(const Philox& p) {  // Box and Muller
  const double u = 1 - unit(p.word[0], p.word[1]), angle = 2 * std::numbers::pi * unit(p.word[2], p.word[3]);
  return std::sqrt(-2 * std::log(u)) * std::cos(angle);
}

template <class F>
Array drawn(const char* operation, const Shape& shape, const F& f) {
  Array a(shape, operation);
  parallel_for(a.size(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) a[i] = f(i);
  });
  return a;
}

}  // namespace

Array uniform(const Rng& rng, const Shape& shape, real low, real high) {
  return drawn("uniform", shape, [&](int64_t i) {
    const Philox p = draw(rng, i);
    const real x = static_cast<real>(low + unit(p.word[0], p.word[1]) * (high - low));
    return x < high ? x : std::nextafter(high, low);
  });
}

Array normal(const Rng& rng, const Shape& shape, real mean, real deviation) {
  return drawn("normal", shape,
               [&](int64_t i) { return static_cast<real>(mean + deviation * standard_normal(draw(rng, i))); });
}

Array truncated_normal(const Rng& rng, const Shape& shape, real mean, real deviation) {
  return drawn("truncated_normal", shape, [&](int64_t i) {
    double z = standard_normal(draw(rng, i));
    for (std::uint32_t attempt = 1; std::abs(z) > 2; ++attempt) z = standard_normal(draw(rng, i, attempt));
    return static_cast<real>(mean + deviation * z);
  });
}

std::vector<int64_t> integers(const Rng& rng, int64_t count, int64_t below) {
  require(below > 0, "integers: got the bound {}, want at least 1", below);
  std::vector<int64_t> result(static_cast<std::size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    const Philox p = draw(rng, i);
    result[static_cast<std::size_t>(i)] = static_cast<int64_t>(unit(p.word[0], p.word[1]) * static_cast<double>(below));
  }
  return result;
}

std::vector<int64_t> permutation(const Rng& rng, int64_t n) {
  std::vector<int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = n - 1; i > 0; --i) {
    const Philox p = draw(rng, i);
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(unit(p.word[0], p.word[1]) * static_cast<double>(i + 1))]);
  }
  return order;
}

}  // namespace bertlet
