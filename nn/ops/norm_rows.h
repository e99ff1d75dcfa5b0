#pragma once
#include <functional>

#include "core/autograd.h"

namespace bertlet {

// The rows under a layer norm and what backward needs of it: what the operations that end in one share. Rows go by
// blocks that stay in the cache; a block depends on the number of columns alone.
struct NormRows {
  NormRows(const char* operation, const Tensor& x, const Tensor& weight, const Tensor& bias, bool wants_grad);

  using OnBlock = std::function<void(int64_t at, int64_t n)>;                 // n elements from element `at` on
  using OnGrad = std::function<void(const real* dx, int64_t at, int64_t n)>;  // the same; dx is the block's gradient

  // y becomes the norm of x. Just before a block of x is read, `before` may write it.
  void value(const Array& x, const Array& bias, real eps, Array& y, const OnBlock& before = {});

  // The gradient of x, or nothing if it is not wanted, in the memory of dy if that is on its last use. As soon as a
  // block of it is there, `after` may read it.
  Array grad(Array dy, const Array& x, bool wanted, Into dweight, Into dbias, const OnGrad& after = {}) const;

  const char* operation;
  int64_t rows, cols;
  Array weight;
  Array statistics;  // [rows, 3], if a gradient is wanted
};

}  // namespace bertlet
