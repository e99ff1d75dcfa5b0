#include "core/product/kernels.h"

#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/kernels/isa.h"
#include "core/kernels/loops.h"

// This file is compiled with -ffp-contract=fast: a b + c is one fused operation where the machine has it.
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
        const Words x = to_whole(load_step(strip + j, k + i, depth, width) * by) + zero;
        whole[i] = x < 0 ? Words{} : x > 255 ? Words{} + 255 : x;
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

// --- what a tile does with a step of the depth
// ------------------------------------------------------------------------

using Operands = ProductOperands;
using Target = ProductTarget;

// A form says how many steps of the depth it takes at once, how many numbers of a row of A they are, and
//   take   what is loaded of B, made ready for all rows
//   add    sum + Σ a b over these steps, for a row of A and as many columns as a vector has lanes
//   start, result   a sum before the first step, and what comes of it after the last
struct Fp32 {
  using Left = real;
  using Right = real;
  using Sum = Vector;
  static constexpr int64_t steps = 1, lefts = 1, head = 0;
  BERTLET_INLINE static Vector take(Vector b) { return b; }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, Vector b) { return sum + *a * b; }
  BERTLET_INLINE static Sum start() { return Vector{}; }
  BERTLET_INLINE static Vector result(const Operands&, Sum sum, int64_t, int64_t) { return sum; }
};

// The second step first, as the instruction does it: the same bits.
struct Bf16 : Fp32 {
  using Right = std::int32_t;
  static constexpr int64_t steps = 2, lefts = 2;
  struct Taken {
    Vector first, second;
  };
  BERTLET_INLINE static Taken take(Words b) {
    const auto bits = reinterpret_cast<Bits>(b);
    return {reals(bits << 16), reals(bits & 0xffff0000)};
  }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, const Taken& b) {
    sum += a[strip_rows] * b.second;
    return sum + a[0] * b.first;
  }
};

#if defined(__AVX512BF16__) && !defined(BERTLET_DOUBLE)
struct Bf16Dot : Fp32 {
  using Left = std::int32_t;
  using Right = std::int32_t;
  static constexpr int64_t steps = 2;
  BERTLET_INLINE static Words take(Words b) { return b; }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, Words b) {
    return (Vector)_mm512_dpbf16_ps((__m512)sum, (__m512bh)(Words{} + *a), (__m512bh)b);
  }
};
#endif

// Four products for every word of the sum: of whole numbers in `a`, the same for all columns, and in `b`.
#if defined(__AVX512VNNI__)
template <class V>
BERTLET_INLINE V quad_products(V sum, V a, V b) {
  if constexpr (sizeof(V) == 64)
    return (V)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
  else
    return (V)_mm256_dpbusd_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
}
#else
template <class V>
BERTLET_INLINE V pair_products(V a, V b) {  // of 16 bits
#if defined(__AVX512BW__)
  if constexpr (sizeof(V) == 64) return (V)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#endif
#if defined(__AVX2__)
  if constexpr (sizeof(V) == 32) return (V)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#endif
#if defined(__SSE2__)
  if constexpr (sizeof(V) == 16) return (V)_mm_madd_epi16((__m128i)a, (__m128i)b);
#endif
  return (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
}
#endif

struct Int8 {
  using Left = std::int32_t;
  using Right = std::int32_t;
  using Sum = Words;
  static constexpr int64_t steps = 4, lefts = left_words, head = sizeof(real) + sizeof(std::int32_t);
#if defined(__AVX512VNNI__)
  BERTLET_INLINE static Words take(Words b) { return b; }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, Words b) { return quad_products(sum, Words{} + *a, b); }
#else
  struct Taken {
    Words even, odd;
  };
  BERTLET_INLINE static Taken take(Words b) {
    return {reinterpret_cast<Words>(reinterpret_cast<Halves>(b << 8) >> 8),
            reinterpret_cast<Words>(reinterpret_cast<Halves>(b) >> 8)};
  }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, const Taken& b) {
    return sum + pair_products(Words{} + a[0], b.even) + pair_products(Words{} + a[strip_rows], b.odd);
  }
#endif
  BERTLET_INLINE static Sum start() { return Words{}; }
  BERTLET_INLINE static Vector result(const Operands& of, Sum sum, int64_t row, int64_t col) {
    const auto *left = static_cast<const real*>(of.a), *right = static_cast<const real*>(of.b);
    const std::int32_t zero = reinterpret_cast<const std::int32_t*>(left + strip_rows)[row];
    const Words sums = load(reinterpret_cast<const std::int32_t*>(right + tile_cols) + col);
    return __builtin_convertvector(sum - zero * sums, Vector) * (load(right + col) * left[row]);
  }
};

// --- tiles ---------------------------------------------------------------------------------------------------------

BERTLET_INLINE void put(Vector x, real beta, real* c, int64_t n) {
  if (n >= lanes)
    store(c, beta == 0 ? x : x + load(c));
  else
    for (int64_t i = 0; i < n; ++i) c[i] = beta == 0 ? x[i] : x[i] + c[i];
}

template <class Number, class Form>
BERTLET_INLINE const Number* numbers(const void* strip, int64_t width) {
  return reinterpret_cast<const Number*>(static_cast<const char*>(strip) + Form::head * width);
}

template <class Form, int64_t rows>
void tile_of(const Operands& of, const Target& to, int64_t cols) {
  constexpr int64_t ahead = 32 * tile_cols;  // numbers of B to fetch before their turn
  const auto* a = numbers<typename Form::Left, Form>(of.a, strip_rows);
  const auto* b = numbers<typename Form::Right, Form>(of.b, tile_cols);
  typename Form::Sum sum[rows][2];
#pragma GCC unroll 16
  for (int64_t r = 0; r < rows; ++r) {
    sum[r][0] = Form::start();
    sum[r][1] = Form::start();
  }
  for (int64_t k = 0; k < of.depth; k += Form::steps, a += Form::lefts * strip_rows, b += tile_cols) {
    const auto left = Form::take(load(b)), right = Form::take(load(b + lanes));
    __builtin_prefetch(b + ahead);
    __builtin_prefetch(b + ahead + lanes);
#pragma GCC unroll 16
    for (int64_t r = 0; r < rows; ++r) {
      sum[r][0] = Form::add(sum[r][0], a + r, left);
      sum[r][1] = Form::add(sum[r][1], a + r, right);
    }
  }
  real* c = to.c;
#pragma GCC unroll 16
  for (int64_t r = 0; r < rows; ++r, c += to.stride) {
    put(Form::result(of, sum[r][0], r, 0), to.beta, c, cols);
    put(Form::result(of, sum[r][1], r, lanes), to.beta, c + lanes, cols - lanes);
  }
}

template <class Form, int64_t most = tile_rows>
void tile(const Operands& of, const Target& to, int64_t rows, int64_t cols) {
  if (rows == most) return tile_of<Form, most>(of, to, cols);
  if constexpr (most > 1) tile<Form, most - 1>(of, to, rows, cols);
}

constexpr ProductForm in_fp32{{1, sizeof(real), 0, nullptr}, {1, sizeof(real), 0, nullptr}, tile<Fp32>};
#if defined(__AVX512BF16__) && !defined(BERTLET_DOUBLE)
constexpr ProductForm in_bf16{{2, 2, 0, to_bf16}, {2, 2, 0, to_bf16}, tile<Bf16Dot>};
#else
constexpr ProductForm in_bf16{{2, sizeof(real), 0, to_rounded}, {2, 2, 0, to_bf16}, tile<Bf16>};
#endif
constexpr ProductForm in_int8{{4, left_words, Int8::head, to_int8_left}, {4, 1, Int8::head, to_int8_right}, tile<Int8>};

}  // namespace

extern const ProductKernels BERTLET_TABLE(product_kernels);
const ProductKernels BERTLET_TABLE(product_kernels){
    tile_rows, strip_rows, tile_cols, pack, {in_fp32, in_bf16, in_int8}};

}  // namespace bertlet
