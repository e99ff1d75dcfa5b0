#include "core/product/kernels.h"

#include <utility>

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

void to_bf16(const real* strip, int64_t depth, std::uint16_t* to) {
  each(depth * tile_cols, [=](int64_t i) {
    const auto bits = __builtin_bit_cast(std::uint32_t, static_cast<float>(strip[i]));
    to[i] = static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);  // to the nearest, ties to even
  });
}

void to_int8(const real* strip, int64_t depth, std::int8_t* to, real* scales) {
  real most[tile_cols] = {};
  for (int64_t k = 0; k < depth; ++k)
    each(tile_cols, [&, row = strip + k * tile_cols](int64_t j) {
      const real size = row[j] < 0 ? -row[j] : row[j];
      most[j] = size > most[j] ? size : most[j];
    });
  for (int64_t j = 0; j < tile_cols; ++j) scales[j] = most[j] / 127;
  for (int64_t k = 0; k < depth; ++k)
    each(tile_cols, [&, row = strip + k * tile_cols, whole = to + k * tile_cols](int64_t j) {
      const real x = most[j] > 0 ? row[j] / most[j] * 127 : 0;
      whole[j] = static_cast<std::int8_t>(x + (x < 0 ? real(-0.5) : real(0.5)));
    });
}

// What a strip of B holds, as vectors of reals.
struct Fp32 {
  using Kept = real;
  BERTLET_INLINE static Vector load(const real* from) { return bertlet::load(from); }
};

struct Bf16 {
  using Kept = std::uint16_t;
  using Halves [[gnu::vector_size(2 * lanes), gnu::may_alias, gnu::aligned(2)]] = std::uint16_t;
  using Words [[gnu::vector_size(4 * lanes)]] = std::uint32_t;
  using Floats [[gnu::vector_size(4 * lanes)]] = float;
  BERTLET_INLINE static Vector load(const std::uint16_t* from) {
    const Words bits = __builtin_convertvector(*reinterpret_cast<const Halves*>(from), Words) << 16;
    return __builtin_convertvector(reinterpret_cast<Floats>(bits), Vector);
  }
};

struct Int8 {
  using Kept = std::int8_t;
  using Bytes [[gnu::vector_size(lanes), gnu::may_alias, gnu::aligned(1)]] = std::int8_t;
  using Halves [[gnu::vector_size(2 * lanes)]] = std::int16_t;
  using Words [[gnu::vector_size(4 * lanes)]] = std::int32_t;
  BERTLET_INLINE static Vector load(const std::int8_t* from) {
    const Halves halves = __builtin_convertvector(*reinterpret_cast<const Bytes*>(from), Halves);  // GCC: by doubling
    return __builtin_convertvector(__builtin_convertvector(halves, Words), Vector);
  }
};

// --- tiles -----------------------------------------------------------------------------------------------------

using Operands = ProductKernels::Operands;
using Target = ProductKernels::Target;

BERTLET_INLINE void put(Vector x, real beta, real* c, int64_t n) {
  if (n >= lanes)
    store(c, beta == 0 ? x : x + load(c));
  else
    for (int64_t i = 0; i < n; ++i) c[i] = beta == 0 ? x[i] : x[i] + c[i];
}

template <class B, int64_t rows>
void tile_of(const Operands& of, const Target& to, int64_t cols) {
  constexpr int64_t ahead = 32 * tile_cols;  // numbers of B to fetch before their turn
  const real* a = of.a;
  const auto* b = static_cast<const typename B::Kept*>(of.b);
  Vector sum[rows][2] = {};
  for (int64_t k = 0; k < of.depth; ++k, a += strip_rows, b += tile_cols) {
    const Vector left = B::load(b), right = B::load(b + lanes);
    __builtin_prefetch(b + ahead);
    __builtin_prefetch(b + ahead + lanes);
#pragma GCC unroll 16
    for (int64_t r = 0; r < rows; ++r) {
      sum[r][0] += a[r] * left;
      sum[r][1] += a[r] * right;
    }
  }
  const bool scaled = of.scales != nullptr;
  const Vector scale[2] = {scaled ? load(of.scales) : Vector{}, scaled ? load(of.scales + lanes) : Vector{}};
  real* c = to.c;
#pragma GCC unroll 16
  for (int64_t r = 0; r < rows; ++r, c += to.stride) {
    put(scaled ? sum[r][0] * scale[0] : sum[r][0], to.beta, c, cols);
    put(scaled ? sum[r][1] * scale[1] : sum[r][1], to.beta, c + lanes, cols - lanes);
  }
}

template <class B, int64_t most = tile_rows>
void tile(const Operands& of, const Target& to, int64_t rows, int64_t cols) {
  if (rows == most) return tile_of<B, most>(of, to, cols);
  if constexpr (most > 1) tile<B, most - 1>(of, to, rows, cols);
}

}  // namespace

extern const ProductKernels BERTLET_TABLE(product_kernels);
const ProductKernels BERTLET_TABLE(product_kernels){
    tile_rows, strip_rows, tile_cols, pack, to_bf16, to_int8, {tile<Fp32>, tile<Bf16>, tile<Int8>}};

}  // namespace bertlet
