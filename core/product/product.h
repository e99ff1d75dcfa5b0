#pragma once
#include <functional>

#include "core/array.h"
#include "core/product/kernels.h"

namespace bertlet {

// A matrix as it takes part in a product: rows × cols after transposition. Element (i, j) stands at data[i stride + j],
// or at data[j stride + i] if transposed.
struct Matrix {
  const real* data;
  int64_t rows, cols;
  int64_t stride;
  bool transposed = false;

  Matrix part(int64_t row, int64_t of_rows, int64_t col, int64_t of_cols) const {
    return {data + (transposed ? col * stride + row : row * stride + col), of_rows, of_cols, stride, transposed};
  }
};

// A right operand laid out once for many products: strips of its columns, as tiles read them.
//
//   PackedMatrix w({weight.data(), in, out, in, true}, Precision::bf16);
//   product(x, w, 0, y, out);
class PackedMatrix {
 public:
  explicit PackedMatrix(const Matrix& b, Precision precision = Precision::fp32);

  int64_t rows() const { return rows_; }
  int64_t cols() const { return cols_; }
  Precision precision() const { return precision_; }
  const Array& strips() const { return strips_; }  // memory: what it holds is for tiles to know

 private:
  int64_t rows_, cols_;
  Precision precision_;
  Array strips_;
};

// Part of a result, which nobody will write to any more.
struct Block {
  int64_t row, rows, col, cols;
};
using Finish = std::function<void(const Block&)>;

// C[a.rows, b.cols] <- A B + β C for β 0 (C is not read) or 1, on all threads. An element's bits follow from its row of
// A, its column of B and the depth: whatever stands beside it and however many threads there are. `finish` is called
// for every part of C as soon as it is there, by the thread that still has it in its cache. Both operands are written
// in the numbers of `precision`, or of the packed matrix, as they are packed.
void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride, const Finish& finish = {},
             Precision precision = Precision::fp32);
void product(const Matrix& a, const PackedMatrix& b, real beta, real* c, int64_t c_stride, const Finish& finish = {});

// `count` products at once; the i-th operands stand i times the step further on. A step of 0 repeats an operand.
struct ProductBatch {
  int64_t count, a_step, b_step, c_step;
};
void product(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride);

}  // namespace bertlet
