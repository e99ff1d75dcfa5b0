#pragma once
#include "core/product_cut.h"
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
struct ProductBatch {
  int64_t count, a_step, b_step, c_step;
};
void product(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride);

// The same in tiles of one's own choice, for tests and measurements.
void product(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride,
             const ProductCut& wish);

}  // namespace bertlet
