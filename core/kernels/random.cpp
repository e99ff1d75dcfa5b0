#include "core/kernels/random.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"
#include "core/kernels/words.h"

namespace bertlet {
namespace {

// A group is 64 numbers from 16 counters: number 16 w + i is made of word w of counter i (and of a second word, where
// it takes two). The double build makes its numbers of the same words, so that both builds draw the same.
// make(words, z) turns the words of a group into its 64 numbers.
template <class Make>
BERTLET_INLINE void groups(std::uint64_t key, int64_t first, real* y, int64_t n, Make make) {
  Words words;
  for (int64_t i = 0; i < n; i += random_group) {
    draw(key, (first + i) / 4, words);
    if (n - i >= random_group) {
      make(words, y + i);
    } else {
      real z[random_group];
      make(words, z);
      for (int64_t j = 0; j < n - i; ++j) y[i + j] = z[j];
    }
  }
}

// The same for numbers that are made of one word each.
template <class F>
BERTLET_INLINE void one_by_one(std::uint64_t key, int64_t first, real* y, int64_t n, F f) {
  groups(key, first, y, n, [=](const Words& words, real* z) {
    each(kCounters, [&](int64_t i) { z[i] = f(words.a[i]); });
    each(kCounters, [&](int64_t i) { z[kCounters + i] = f(words.b[i]); });
    each(kCounters, [&](int64_t i) { z[2 * kCounters + i] = f(words.c[i]); });
    each(kCounters, [&](int64_t i) { z[3 * kCounters + i] = f(words.d[i]); });
  });
}

BERTLET_INLINE real number(std::uint32_t x) { return static_cast<real>(static_cast<std::int32_t>(x)); }

// 24 bits, the most a float holds. Rounding may still reach `high`, so the last step keeps below it.
void uniform(std::uint64_t key, int64_t first, real low, real high, real* y, int64_t n) {
  const real width = (high - low) * real(0x1p-24);
#ifdef BERTLET_DOUBLE
  const real last = __builtin_nextafter(high, low);
#else
  const real last = __builtin_nextafterf(high, low);
#endif
  one_by_one(key, first, y, n, [=](std::uint32_t x) {
    const real z = low + width * number(x >> 8);
    return z < last ? z : last;
  });
}

// The sine and cosine of the angle x / 2^32 of a full turn: the nearest quarter turn, and what remains of at most an
// eighth in either direction.
struct Direction {
  real cosine, sine;
};

BERTLET_INLINE Direction direction(std::uint32_t x) {
  const std::uint32_t quarter = (x + (1u << 29)) >> 30;
  const real r = number(x - (quarter << 30)) * real(6.2831853071795865 / 4294967296.0), s = r * r;
  const real sine = r + r * s * (real(-0.166666508) + s * (real(8.33201688e-3) + s * real(-1.9501822e-4)));
  const real cosine =
      1 + s * (real(-0.5) + s * (real(4.1666612e-2) + s * (real(-1.38865295e-3) + s * real(2.4372679e-5))));
  const bool odd = (quarter & 1) != 0;
  const real across = odd ? sine : cosine, up = odd ? cosine : sine;
  return {((quarter + 1) & 2) != 0 ? -across : across, (quarter & 2) != 0 ? -up : up};
}

// Box and Muller: √(-2 log u) (cos φ, sin φ) are two independent normal numbers. u lies in (0, 1].
BERTLET_INLINE void box_muller(const std::uint32_t* u, const std::uint32_t* phi, real mean, real deviation, real* y) {
  each(kCounters, [=](int64_t i) {
    const real r = deviation * sqrt(-2 * log((number(u[i] >> 1) + real(0.5)) * real(0x1p-31)));
    const Direction d = direction(phi[i]);
    y[i] = mean + r * d.cosine;
    y[kCounters + i] = mean + r * d.sine;
  });
}

void normal(std::uint64_t key, int64_t first, real mean, real deviation, real* y, int64_t n) {
  groups(key, first, y, n, [=](const Words& words, real* z) {
    box_muller(words.a, words.b, mean, deviation, z);
    box_muller(words.c, words.d, mean, deviation, z + 2 * kCounters);
  });
}

// The normal distribution without what lies beyond two deviations, by the inverse of its distribution function at
// (1 + t) / 2: t times a polynomial in -log(1 - t²), fitted for |t| <= erf(√2), which is where two deviations are.
// Nothing is drawn twice, and the distribution is the one that redrawing gives.
BERTLET_INLINE real within_two_deviations(std::uint32_t x) {
  const real t = number((x >> 8) * 2 - 0xffffff) * real(0x1p-24 * 0.95449973610364159);
  const real w = -log(1 - t * t);
  const real p = real(-2.15508742e-4) + w * (real(9.06540008e-5) + w * real(-6.35760898e-6));
  const real q =
      real(1.25331414) + w * (real(0.328118026) + w * (real(1.63243823e-2) + w * (real(-3.27714533e-3) + w * p)));
  return t * q;
}

void truncated_normal(std::uint64_t key, int64_t first, real mean, real deviation, real* y, int64_t n) {
  one_by_one(key, first, y, n, [=](std::uint32_t x) { return mean + deviation * within_two_deviations(x); });
}

}  // namespace

extern const RandomKernels BERTLET_TABLE(random_kernels);
const RandomKernels BERTLET_TABLE(random_kernels){
    .uniform = uniform,
    .normal = normal,
    .truncated_normal = truncated_normal,
};

}  // namespace bertlet
