#pragma once
#include "core/array.h"
#include "core/product.h"

namespace bertlet {

// A matrix laid out to meet a few rows at a time, again and again, as a recurrent layer's weights do: BLAS would lay
// it out anew for each product.
class PackedMatrix {
 public:
  explicit PackedMatrix(const Matrix& b);

  // y[i] <- y[i] + a[i] B for `rows` rows that may lie anywhere, in this thread. A row's bits do not depend on the
  // others.
  void add_product(const real* const* a, real* const* y, int64_t rows) const;

 private:
  int64_t rows_, columns_;
  Array panels_;
};

}  // namespace bertlet
