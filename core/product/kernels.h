#pragma once
#include "core/real.h"

namespace bertlet {

// Operands are packed into strips: rows of A, or columns of B, side by side, one step of the depth after another,
// [depth, width]. A tile is the product of a strip of each.
struct ProductKernels {
  int64_t rows, strip;  // the most rows of A that a tile takes; the width of their strip
  int64_t cols;         // the columns of B that a tile takes, and the width of their strip

  // to[k, j] = from[j across + k along] for j < width, or 0 where j ≥ count; one of the two steps is 1.
  void (*pack)(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width, real* to);

  // C[rows, cols] <- A B + β C for β 0 (C is not read) or 1.
  void (*tile)(const real* a, const real* b, int64_t depth, real beta, real* c, int64_t stride, int64_t rows,
               int64_t cols);
};

const ProductKernels& product_kernels();  // for the chosen instruction set

}  // namespace bertlet
