#include "core/product/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/kernels/isa.h"
#include "core/product/strips.h"

namespace bertlet {
namespace {

// --- what a tile does with a step of the depth ----------------------------------------------------------------------

using Operands = ProductOperands;
using Target = ProductTarget;

// a b + c, rounded once where the machine can: compilers may do so here and not there, and bits would differ.
template <class R, class V>
BERTLET_INLINE V multiply_add(R a, V b, V c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(R) == 4)
    return (V)_mm512_fmadd_ps(_mm512_set1_ps(a), (__m512)b, (__m512)c);
  else
    return (V)_mm512_fmadd_pd(_mm512_set1_pd(a), (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
  if constexpr (sizeof(R) == 4)
    return (V)_mm256_fmadd_ps(_mm256_set1_ps(a), (__m256)b, (__m256)c);
  else
    return (V)_mm256_fmadd_pd(_mm256_set1_pd(a), (__m256d)b, (__m256d)c);
#else
  return a * b + c;
#endif
}

// A form says how many steps of the depth it takes at once, how many numbers of a row of A they are, and
//   take   what is loaded of B, made ready for all rows
//   add    sum + Σ a b over these steps, for a row of A and as many columns as a vector has lanes
//   start, result   a sum before the first step, and what comes of it after the last
struct SumsOfReals {
  using Left = real;
  using Sum = Vector;
  static constexpr int64_t head = 0;
  BERTLET_INLINE static Sum start() { return Vector{}; }
  BERTLET_INLINE static Vector result(const Operands&, Sum sum, int64_t, int64_t) { return sum; }
};

struct Fp32 : SumsOfReals {
  using Right = real;
  static constexpr int64_t steps = 1, lefts = 1;
  BERTLET_INLINE static Vector take(Vector b) { return b; }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, Vector b) { return multiply_add(*a, b, sum); }
};

#if defined(__AVX512BF16__) && !defined(BERTLET_DOUBLE)
constexpr StripForm left_bf16{2, 2, 0, to_bf16};
struct Bf16 : SumsOfReals {
  using Left = std::int32_t;
  using Right = std::int32_t;
  static constexpr int64_t steps = 2, lefts = 1;
  BERTLET_INLINE static Words take(Words b) { return b; }
  BERTLET_INLINE static Sum add(Sum sum, const Left* a, Words b) {
    return (Vector)_mm512_dpbf16_ps((__m512)sum, (__m512bh)(Words{} + *a), (__m512bh)b);
  }
};
#else
constexpr StripForm left_bf16{2, sizeof(real), 0, to_rounded};
// The second step first, as the instruction does it: the same bits.
struct Bf16 : SumsOfReals {
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
    return multiply_add(a[0], b.first, multiply_add(a[strip_rows], b.second, sum));
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

// The sums of a tile of Cᵀ: a row for each column of B.
template <int64_t cols, int64_t vectors>
void few_of(const ProductKernels::FewRows& of, const Target& to, int64_t rows) {
  Vector sum[cols][vectors] = {};
  const real* a = of.a;
  for (int64_t k = 0; k < of.depth; ++k, a += vectors * lanes) {
    Vector of_rows[vectors];
    for (int64_t v = 0; v < vectors; ++v) of_rows[v] = load(a + v * lanes);
#pragma GCC unroll 16
    for (int64_t c = 0; c < cols; ++c)
      for (int64_t v = 0; v < vectors; ++v) sum[c][v] = multiply_add(of.b[c * of.stride + k], of_rows[v], sum[c][v]);
  }
  const auto* sums = reinterpret_cast<const real*>(sum);
  real* c = to.c;
  for (int64_t r = 0; r < rows; ++r, ++sums, c += to.stride)
#pragma GCC unroll 16
    for (int64_t j = 0; j < cols; ++j) {
      const real x = sums[j * vectors * lanes];
      c[j] = to.beta == 0 ? x : x + c[j];
    }
}

template <int64_t most = tile_rows>
void few(const ProductKernels::FewRows& of, const Target& to, int64_t rows, int64_t cols) {
  if (cols == most) return of.width == lanes ? few_of<most, 1>(of, to, rows) : few_of<most, 2>(of, to, rows);
  if constexpr (most > 1) few<most - 1>(of, to, rows, cols);
}

constexpr ProductForm in_fp32{{1, sizeof(real), 0, nullptr}, {1, sizeof(real), 0, nullptr}, tile<Fp32>};
constexpr ProductForm in_bf16{left_bf16, {2, 2, 0, to_bf16}, tile<Bf16>};
constexpr ProductForm in_int8{{4, left_words, Int8::head, to_int8_left}, {4, 1, Int8::head, to_int8_right}, tile<Int8>};

}  // namespace

extern const ProductKernels BERTLET_TABLE(product_kernels);
const ProductKernels BERTLET_TABLE(product_kernels){tile_rows, strip_rows, tile_cols, pack, {in_fp32, in_bf16, in_int8},
                                                    few<>};

}  // namespace bertlet
