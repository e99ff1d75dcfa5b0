#pragma once
#include <utility>

#include "core/kernels/loops.h"
#include "core/real.h"

// How strips are laid out, for kernels.cpp, which is compiled once per instruction set: everything here is internal to
// it.
namespace bertlet {
namespace {

// A tile of C stays in registers while the depth passes: per step it takes two vectors of B and one number of each row
// of A, which is spread over a vector.
#if defined(__AVX512F__)
constexpr int64_t bytes = 64, tile_rows = 14;
#elif defined(__AVX__)
constexpr int64_t bytes = 32, tile_rows = 6;
#else
constexpr int64_t bytes = 16, tile_rows = 6;
#endif
constexpr int64_t lanes = bytes / static_cast<int64_t>(sizeof(real)), tile_cols = 2 * lanes,
                  strip_rows = (tile_rows + lanes - 1) / lanes * lanes;

using Vector [[gnu::vector_size(bytes), gnu::may_alias]] = real;
using Unaligned [[gnu::vector_size(bytes), gnu::may_alias, gnu::aligned(alignof(real))]] = real;

BERTLET_INLINE Vector load(const real* from) { return *reinterpret_cast<const Unaligned*>(from); }
BERTLET_INLINE void store(real* to, Vector x) { *reinterpret_cast<Unaligned*>(to) = x; }

// --- packing ---------------------------------------------------------------------------------------------------

template <int64_t... i>
BERTLET_INLINE Vector first_halves(Vector a, Vector b, std::integer_sequence<int64_t, i...>) {
  return __builtin_shufflevector(a, b, (i / 2 + (i % 2) * lanes)...);
}
template <int64_t... i>
BERTLET_INLINE Vector second_halves(Vector a, Vector b, std::integer_sequence<int64_t, i...>) {
  return __builtin_shufflevector(a, b, (lanes / 2 + i / 2 + (i % 2) * lanes)...);
}

// Row j of a square becomes column j: as many perfect shuffles of its rows as their number has bits.
BERTLET_INLINE void transpose(Vector* rows) {
  using Lanes = std::make_integer_sequence<int64_t, lanes>;
  Vector next[lanes];
#pragma GCC unroll 4
  for (int64_t n = lanes; n > 1; n /= 2) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < lanes / 2; ++i) {
      next[2 * i] = first_halves(rows[i], rows[i + lanes / 2], Lanes());
      next[2 * i + 1] = second_halves(rows[i], rows[i + lanes / 2], Lanes());
    }
#pragma GCC unroll 16
    for (int64_t i = 0; i < lanes; ++i) rows[i] = next[i];
  }
}

void pack_square(const real* from, int64_t across, int64_t count, int64_t width, real* to) {
  Vector rows[lanes];
#pragma GCC unroll 16
  for (int64_t j = 0; j < lanes; ++j) rows[j] = j < count ? load(from + j * across) : Vector{};
  transpose(rows);
#pragma GCC unroll 16
  for (int64_t k = 0; k < lanes; ++k) store(to + k * width, rows[k]);
}

void pack_numbers(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width,
                  int64_t lanes_wide, real* to) {
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t j = 0; j < lanes_wide; ++j) to[k * width + j] = j < count ? from[j * across + k * along] : 0;
}

void pack(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width, real* to) {
  for (int64_t j = 0; j < width; j += lanes) {
    const real* at = from + j * across;
    const int64_t left = count - j;
    int64_t k = 0;
    if (across == 1 && left >= lanes)
      for (; k < depth; ++k) store(to + k * width + j, load(at + k * along));
    else if (along == 1)
      for (; k + lanes <= depth; k += lanes) pack_square(at + k, across, left, width, to + k * width + j);
    pack_numbers(at + k * along, across, along, left, depth - k, width, lanes, to + k * width + j);
  }
}

// --- fewer bits ----------------------------------------------------------------------------------------------------

using Words [[gnu::vector_size(4 * lanes), gnu::may_alias]] = std::int32_t;
using UnalignedWords [[gnu::vector_size(4 * lanes), gnu::may_alias, gnu::aligned(4)]] = std::int32_t;
using Bits [[gnu::vector_size(4 * lanes)]] = std::uint32_t;
using Halves [[gnu::vector_size(4 * lanes)]] = std::int16_t;
using Floats [[gnu::vector_size(4 * lanes)]] = float;

BERTLET_INLINE Words load(const std::int32_t* from) { return *reinterpret_cast<const UnalignedWords*>(from); }
BERTLET_INLINE void store(std::int32_t* to, Words x) { *reinterpret_cast<UnalignedWords*>(to) = x; }

BERTLET_INLINE Vector load_step(const real* strip, int64_t k, int64_t depth, int64_t width) {
  return k < depth ? load(strip + k * width) : Vector{};
}

// The upper 16 bits of the nearest number that needs no more, ties to even; what is not a number stays so.
BERTLET_INLINE Bits rounded(Vector x) {
  const auto floats = __builtin_convertvector(x, Floats);
  const auto bits = reinterpret_cast<Bits>(floats);
  return (floats == floats ? bits + 0x7fff + (bits >> 16 & 1) : bits | 0x400000) & 0xffff0000;
}
BERTLET_INLINE Vector reals(Bits upper) { return __builtin_convertvector(reinterpret_cast<Floats>(upper), Vector); }

// [depth / 2, width, 2]: the numbers of two steps share a word, the first in its lower half.
void to_bf16(const real* strip, int64_t depth, int64_t width, void* to) {
  auto* words = static_cast<std::int32_t*>(to);
  for (int64_t k = 0; k < depth; k += 2)
    for (int64_t j = 0; j < width; j += lanes, words += lanes) {
      const Bits first = rounded(load_step(strip + j, k, depth, width)),
                 second = rounded(load_step(strip + j, k + 1, depth, width));
      store(words, reinterpret_cast<Words>(first >> 16 | second));
    }
}

// [depth, width] reals that have been rounded: for multiplying them as reals.
[[maybe_unused]] void to_rounded(const real* strip, int64_t depth, int64_t width, void* to) {
  auto* reals_to = static_cast<real*>(to);
  for (int64_t k = 0; k < depth + depth % 2; ++k)
    for (int64_t j = 0; j < width; j += lanes, reals_to += lanes)
      store(reals_to, reals(rounded(load_step(strip + j, k, depth, width))));
}

// A strip in int8 begins with a number for each lane by which it is multiplied, and a whole number; then come whole
// numbers, four steps side by side. On the right they lie between −127 and 127, and the whole number is their sum. On
// the left they are 0 … 255, as instructions want them, and the whole number z is what stands for 0; it is chosen so
// that all 256 are in use, and taken back from a sum of products: Σ (a − z) b = Σ a b − z Σ b.
struct Int8Lanes {
  real* scale;
  std::int32_t *whole, *numbers;
  Int8Lanes(void* strip, int64_t width)
      : scale(static_cast<real*>(strip)),
        whole(reinterpret_cast<std::int32_t*>(scale + width)),
        numbers(whole + width) {}
};
#if defined(__AVX512VNNI__)
constexpr int64_t left_words = 1;  // that four steps take
#else
constexpr int64_t left_words = 2;  // 16 bits each: steps 0 and 2, then 1 and 3
#endif

BERTLET_INLINE Words to_whole(Vector x) {
  return __builtin_convertvector(x + (x < 0 ? Vector{} - real(0.5) : Vector{} + real(0.5)), Words);
}

BERTLET_INLINE Words in_a_byte(Words x) {
  const Words from_zero = x < 0 ? Words{} : x;
  return from_zero > 255 ? Words{} + 255 : from_zero;
}

template <int64_t words>
BERTLET_INLINE void store_quad(const Words* whole, int64_t width, std::int32_t* to) {
  if constexpr (words == 2) {
    store(to, whole[0] | whole[2] << 16);
    store(to + width, whole[1] | whole[3] << 16);
  } else {
    store(to, (whole[0] & 255) | (whole[1] & 255) << 8 | (whole[2] & 255) << 16 | whole[3] << 24);
  }
}

struct Extremes {  // of a lane, and 0; where one number is none, it is both
  Vector least{}, most{};
  BERTLET_INLINE Extremes(const real* strip, int64_t depth, int64_t width) {
    for (int64_t k = 0; k < depth; ++k) {
      const Vector x = load(strip + k * width);
      least = (x < least || x != x) ? x : least;
      most = (x > most || x != x) ? x : most;
    }
  }
};

void to_int8_left(const real* strip, int64_t depth, int64_t width, void* to) {
  const Int8Lanes lanes_of(to, width);
  for (int64_t j = 0; j < width; j += lanes) {
    const Extremes of(strip + j, depth, width);
    const Vector range = of.most - of.least, by = range > 0 ? 255 / range : Vector{};
    const Words zero = to_whole(-of.least * by);
    std::int32_t* quads = lanes_of.numbers + j;
    for (int64_t k = 0; k < depth; k += 4, quads += left_words * width) {
      Words whole[4];
#pragma GCC unroll 4
      for (int64_t i = 0; i < 4; ++i) {
        whole[i] = in_a_byte(to_whole(load_step(strip + j, k + i, depth, width) * by) + zero);
      }
      store_quad<left_words>(whole, width, quads);
    }
    store(lanes_of.scale + j, range / 255);
    store(lanes_of.whole + j, zero);
  }
}

void to_int8_right(const real* strip, int64_t depth, int64_t width, void* to) {
  const Int8Lanes lanes_of(to, width);
  for (int64_t j = 0; j < width; j += lanes) {
    const Extremes of(strip + j, depth, width);
    const Vector most = -of.least > of.most ? -of.least : of.most, by = most > 0 ? 127 / most : Vector{};
    Words sum{};
    std::int32_t* quads = lanes_of.numbers + j;
    for (int64_t k = 0; k < depth; k += 4, quads += width) {
      Words whole[4];
#pragma GCC unroll 4
      for (int64_t i = 0; i < 4; ++i) sum += whole[i] = to_whole(load_step(strip + j, k + i, depth, width) * by);
      store_quad<1>(whole, width, quads);
    }
    store(lanes_of.scale + j, most / 127);
    store(lanes_of.whole + j, sum);
  }
}

}  // namespace
}  // namespace bertlet
