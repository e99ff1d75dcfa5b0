#pragma once
#include <cstdint>

#include "core/real.h"

namespace bertlet {

// How a packed weight keeps its numbers. What it is multiplied with, and all sums, are reals in any case.
//
//   fp32   as they are
//   bf16   the upper 16 bits of a float, rounded to the nearest: 8 bits of precision in half the memory
//   int8   whole numbers from −127 to 127 times one number for each column: a quarter of the memory
enum class Precision { fp32, bf16, int8 };

// Operands are packed into strips: rows of A, or columns of B, side by side, one step of the depth after another,
// [depth, width]. A tile is the product of a strip of each.
struct ProductKernels {
  int64_t rows, strip;  // the most rows of A that a tile takes; the width of their strip
  int64_t cols;         // the columns of B that a tile takes, and the width of their strip

  // to[k, j] = from[j across + k along] for j < width, or 0 where j ≥ count; one of the two steps is 1.
  void (*pack)(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width, real* to);

  // The same strip of B in fewer bits, [depth, cols]; scales[cols] are filled for int8.
  void (*to_bf16)(const real* strip, int64_t depth, std::uint16_t* to);
  void (*to_int8)(const real* strip, int64_t depth, std::int8_t* to, real* scales);

  // C[rows, cols] <- A (B ∘ scales) + β C for β 0 (C is not read) or 1, by Precision; only int8 has scales.
  struct Operands {
    const real* a;
    const void* b;
    const real* scales;
    int64_t depth;
  };
  struct Target {
    real* c;
    int64_t stride;
    real beta;
  };
  void (*tile[3])(const Operands& of, const Target& to, int64_t rows, int64_t cols);
};

const ProductKernels& product_kernels();  // for the chosen instruction set

}  // namespace bertlet
