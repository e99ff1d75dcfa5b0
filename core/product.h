#pragma once
#include "core/real.h"

namespace bertlet {

// A matrix as it takes part in a product: rows × cols after transposition. Element (i, j) stands at data[i stride + j],
// or at data[j stride + i] if transposed.
struct Matrix {
  const real* data;
  int64_t rows, cols;
  int64_t stride;
  bool transposed = false;
};

// C[a.rows, b.cols] <- A B + β C for β 0 (C is not read) or 1, on all threads.
void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride);

// `count` products at once; the i-th operands stand i times the step further on. A step of 0 repeats an operand.
struct Batch {
  int64_t count, a_step, b_step, c_step;
};
void product(const Batch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride);

// A product is cut into tiles, each one call of OpenBLAS on one thread; a deep one is cut along its depth too, and the
// parts are added up in order. How OpenBLAS sums, and so the last bits, may depend on the depth of a tile and on its
// size where that is small (for floats on machines with AVX2 even on where it begins). The tile therefore follows from
// the shape alone, never from the number of threads. Tests and measurements choose others.
struct ProductTile {
  int64_t rows, cols, depth;
};
ProductTile tile_for(int64_t count, int64_t rows, int64_t cols, int64_t depth);
void product(const Batch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride,
             const ProductTile& tile);

}  // namespace bertlet
