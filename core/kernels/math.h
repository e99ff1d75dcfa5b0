#pragma once
#include "core/kernels/loops.h"

// The elementary functions, one number at a time, for loops that vectorise: no branches, no tables, no calls. The
// float coefficients are minimax fits of relative error under 1e-7 made for this file, rounded to float from the lowest
// power up. The double build calls the exact library functions.

namespace bertlet {
namespace {

constexpr real kInfinity = static_cast<real>(__builtin_inf());
constexpr real kNaN = static_cast<real>(__builtin_nan(""));

BERTLET_INLINE real relu(real x) { return x < 0 ? 0 : x; }  // also NaN

#ifdef BERTLET_DOUBLE

BERTLET_INLINE real exp(real x) { return __builtin_exp(x); }
BERTLET_INLINE real exp_of_negative(real x) { return __builtin_exp(x); }
BERTLET_INLINE real log(real x) { return __builtin_log(x); }
BERTLET_INLINE real sqrt(real x) { return __builtin_sqrt(x); }
BERTLET_INLINE real pow(real a, real b) { return __builtin_pow(a, b); }
BERTLET_INLINE real tanh(real x) { return __builtin_tanh(x); }
BERTLET_INLINE real erf(real x) { return __builtin_erf(x); }
BERTLET_INLINE real sigmoid(real x) { return 1 / (1 + __builtin_exp(-x)); }

constexpr real kSqrtHalf = 0.70710678118654752440;
constexpr real kDensityAtZero = 0.39894228040143267794;  // 1 / sqrt(2 pi)
constexpr real kOuter = 1.59576912160573071;             // sqrt(8 / pi)
constexpr real kInner = kOuter * 0.044715;

BERTLET_INLINE real normal(real x) { return 0.5 * __builtin_erfc(-x * kSqrtHalf); }

// x Φ(x), and Φ(x) + x φ(x) with the density φ; where Φ or φ is 0, so is the product, x infinite or not.
BERTLET_INLINE real gelu(real x) { return x < -40 ? 0 : x * normal(x); }
BERTLET_INLINE real gelu_slope(real x) {
  return normal(x) + (x * x > 1600 ? 0 : x * kDensityAtZero * __builtin_exp(-0.5 * x * x));
}

// x s and s + x s (1 - s) u', with s = sigmoid(u) and u = √(8/π) (x + 0.044715 x³), twice what tanh gets.
BERTLET_INLINE real gelu_tanh(real x) { return x < -40 ? 0 : x * sigmoid(x * (kOuter + kInner * x * x)); }
BERTLET_INLINE real gelu_tanh_slope(real x) {
  const real u = x * (kOuter + kInner * x * x), s = sigmoid(u);
  return s + (x * x > 1600 ? 0 : x * s * sigmoid(-u) * (kOuter + 3 * kInner * x * x));
}

#else

// a b + c, rounded once where the machine can. Nothing else is contracted, so elementwise kernels give the same bits
// on -v3 and -v4.
BERTLET_INLINE float fma(float a, float b, float c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

BERTLET_INLINE std::uint32_t bits(float x) { return __builtin_bit_cast(std::uint32_t, x); }
BERTLET_INLINE float from_bits(std::uint32_t x) { return __builtin_bit_cast(float, x); }
BERTLET_INLINE float times_power_of_two(float x, std::uint32_t n) { return from_bits(bits(x) + (n << 23)); }
BERTLET_INLINE float absolute(float x) { return from_bits(bits(x) & 0x7fffffffu); }
BERTLET_INLINE float with_sign(float x, float sign) { return from_bits(bits(x) | (bits(sign) & 0x80000000u)); }

// |x|, at most the limit. Compared as integers, which costs least; NaN becomes the limit.
BERTLET_INLINE float bounded(float x, float limit) {
  const std::uint32_t magnitude = bits(absolute(x)), most = bits(limit);
  return from_bits(magnitude < most ? magnitude : most);
}

constexpr float kTiny = 0x1p-126f;           // the smallest normal number; everything below counts as zero
constexpr float kHuge = 0x1.fffffep127f;     // the largest number
constexpr float kRound = 0x1.8p23f;          // x + kRound rounds x to an integer and keeps it in the low bits
constexpr float kLogTiny = -87.336544f;      // log 2^-126
constexpr float kLogHuge = 0x1.62e42ep6f;    // the last x whose exp is finite
constexpr float kLog2High = 0.693359375f;    // 9 bits: times an exponent it is exact
constexpr float kLog2Low = -2.12194440e-4f;  // log 2 - kLog2High

// x = n log 2 + r with |r| <= log 2 / 2 gives exp x = 2^n (1 + (exp r - 1)). n is a signed number modulo 2^32.
struct Reduced {
  std::uint32_t n;
  float expm1;  // exp r - 1
};

BERTLET_INLINE Reduced reduce_exp(float x) {
  const float t = fma(x, 1.44269504f, kRound);
  const float n = t - kRound;
  const float r = fma(n, -kLog2Low, fma(n, -kLog2High, x));
  const float q =
      fma(fma(fma(fma(1.38684351e-3f, r, 8.36643204e-3f), r, 4.16674614e-2f), r, 1.66665450e-1f), r, 4.99999970e-1f);
  return {bits(t) - bits(kRound), fma(r * r, q, r)};
}

BERTLET_INLINE float power_of_two(std::uint32_t n) { return times_power_of_two(1, n); }

BERTLET_INLINE float exp(float x) {
  const Reduced e = reduce_exp(x);
  const float y = times_power_of_two(1 + e.expm1, e.n);
  const float finite = x <= kLogHuge ? y : x + kInfinity;  // also NaN
  return x < kLogTiny ? 0 : finite;
}

// exp x for x <= 0 or NaN.
BERTLET_INLINE float exp_of_negative(float x) {
  const Reduced e = reduce_exp(x);
  const float scale = power_of_two(e.n);
  const float y = fma(e.expm1, scale, scale);
  return x < kLogTiny ? 0 : y;
}

// x = 2^n (1 + f) with 1 + f in [sqrt ½, sqrt 2); log(1 + f) = f - f²/2 + f³ P(f).
BERTLET_INLINE float log(float x) {
  const std::int32_t n = static_cast<std::int32_t>(bits(x) - bits(0.707106769f)) >> 23;
  const float f = times_power_of_two(x, static_cast<std::uint32_t>(-n)) - 1;
  float p = fma(-7.63639957e-2f, f, 1.27621993e-1f);
  p = fma(fma(p, f, -1.31596133e-1f), f, 1.42015815e-1f);
  p = fma(fma(p, f, -1.66234091e-1f), f, 2.00012416e-1f);
  p = fma(fma(p, f, -2.50008196e-1f), f, 3.33333313e-1f);
  const float exponent = static_cast<float>(n);
  const float square = f * f;
  const float low = fma(exponent, kLog2Low, fma(square, p * f, -0.5f * square));
  const float y = fma(exponent, kLog2High, f + low);
  const float finite = x <= kHuge ? y : x;
  const float outside = x <= -kTiny ? kNaN : -kInfinity;
  return x < kTiny ? outside : finite;
}

BERTLET_INLINE float sqrt(float x) { return __builtin_sqrtf(x); }
BERTLET_INLINE float pow(float a, float b) { return __builtin_powf(a, b); }

// Near 0 x + x³ P(x²), from 0.55 on 1 - 2 / (exp 2|x| + 1).
BERTLET_INLINE float tanh(float x) {
  const float t = absolute(x);
  const float s = x * x;
  float p = fma(fma(1.64378919e-2f, s, -5.26720136e-2f), s, 1.33207291e-1f);
  p = fma(p, s, -3.33329469e-1f) * s;
  const Reduced e = reduce_exp(2 * bounded(x, 9.1f));  // tanh 9.1 rounds to 1
  const float scale = power_of_two(e.n);
  const float outer = 1 - 2 / (fma(e.expm1, scale, scale) + 1);
  return with_sign(t >= 0.55f ? outer : fma(t, p, t), x);
}

// With e = exp -|x|: 1 / (1 + e), or e / (1 + e) for negative x.
BERTLET_INLINE float sigmoid(float x) {
  const float e = exp_of_negative(-absolute(x));
  return (x < 0 ? e : 1) / (1 + e);
}

// The next two functions begin their polynomials with t + c, not with c' t + c: additions have units of their own where
// multiplications are what gelu waits for. The factor that is too much goes where it costs nothing.

// kScale 2^x for -127.5 < x <= 0; below -126.5 it is 0.
constexpr float kScale = 753.584473f;
BERTLET_INLINE float scaled_exp2_of_negative(float x) {
  const float t = x + (kRound + 127);  // a biased exponent in the low bits
  const float f = x - (t - (kRound + 127));
  float p = fma(f + 7.28828716f, f, 41.8292961f);
  p = fma(fma(fma(p, f, 181.027893f), f, 522.344849f), f, kScale);
  return p * from_bits(bits(t) << 23);
}

// The normal distribution's upper tail, 1 - Φ(t) = exp(-t²/2) m(t). The factors stay apart, so that a small tail is as
// right as a large one; m, Mills' ratio, is a quotient of polynomials fitted closest where the tail counts.
struct Tail {
  float bell, mills;  // kScale exp(-t²/2) and m(t) / kScale
};

constexpr float kTailEnd = 13.27f;  // where the bell has become 0

BERTLET_INLINE Tail normal_tail(float t) {
  const float above = fma(fma(t + 7.94391346f, t, 25.9924850f), t, 40.0739517f);
  const float below = fma(fma(fma(fma(1890.77942f, t, 14961.1875f), t, 51482.3555f), t, 87365.8047f), t, 60398.2148f);
  return {scaled_exp2_of_negative(t * t * -0.721347520f), above / below};
}

// Near 0 x + x P(x²), from 0.92 on 1 - 2 (1 - Φ(√2 |x|)).
BERTLET_INLINE float erf(float x) {
  const float t = absolute(x);
  const float s = x * x;
  float p = fma(fma(-6.00414991e-4f, s, 4.99591883e-3f), s, -2.67686192e-2f);
  p = fma(fma(fma(p, s, 1.12818778e-1f), s, -3.76125008e-1f), s, 1.28379151e-1f);
  const Tail tail = normal_tail(bounded(x, 4) * 1.41421356f);  // erf 4 rounds to 1
  const float outer = fma(-2 * tail.bell, tail.mills, 1);
  return with_sign(t >= 0.92f ? outer : fma(t, p, t), x);
}

// x Φ(x) = max(x, 0) - |x| (1 - Φ(|x|)), which does not cancel for negative x.
BERTLET_INLINE float gelu(float x) {
  const float t = bounded(x, kTailEnd);
  const Tail tail = normal_tail(t);
  return fma(-(t * tail.bell), tail.mills, relu(x));
}

// Φ(x) + x φ(x): with d = 1 - Φ(|x|) - |x| φ(x), it is d for negative x and 1 - d for positive.
BERTLET_INLINE float gelu_slope(float x) {
  const float t = bounded(x, kTailEnd);
  const Tail tail = normal_tail(t);
  const float d = tail.bell * fma(-0.398942280f / kScale, t, tail.mills);  // 1 / sqrt(2 pi)
  const float slope = x < 0 ? d : 1 - d;
  return x == x ? slope : x;
}

// The logistic tail 1 - sigmoid(2 u) for u = √(2/π) (t + 0.044715 t³), written e / (1 + e) with e = exp(-2 u).
struct LogisticTail {
  float e, rest;  // kScale e and 1 / (kScale (1 + e))
};

constexpr float kLogisticEnd = 10.03f;  // where e has become 0

BERTLET_INLINE LogisticTail logistic_tail(float t) {
  const float e = scaled_exp2_of_negative(-t * (2.30220819f + 1.02943228e-1f * (t * t)));
  return {e, 1 / (kScale + e)};
}

// ½ x (1 + tanh u) = x sigmoid(2 u) = max(x, 0) - |x| (1 - sigmoid(2 |u|))
BERTLET_INLINE float gelu_tanh(float x) {
  const float t = bounded(x, kLogisticEnd);
  const LogisticTail tail = logistic_tail(t);
  return fma(-(t * tail.e), tail.rest, relu(x));
}

// With d = (1 - s) (1 - |x| s 2 u') and s = sigmoid(2 |u|), it is d for negative x and 1 - d for positive.
BERTLET_INLINE float gelu_tanh_slope(float x) {
  const float t = bounded(x, kLogisticEnd);
  const LogisticTail tail = logistic_tail(t);
  const float inner = t * fma(2.14064475e-1f * kScale, t * t, 1.59576912f * kScale);  // t 2 u' kScale
  const float d = tail.e * tail.rest * fma(-inner, tail.rest, 1);
  const float slope = x < 0 ? d : 1 - d;
  return x == x ? slope : x;
}

#endif

}  // namespace
}  // namespace bertlet
