#pragma once
#include "core/autograd.h"

namespace bertlet {

struct MatmulOptions {
  bool transpose_a = false, transpose_b = false;  // the last two axes change places
};

// The last two axes are matrices, the axes before them broadcast. As in NumPy a vector on the left is one row and on
// the right one column, and its axis is dropped from the result.
Tensor matmul(const Tensor& a, const Tensor& b, const MatmulOptions& options = {});

}  // namespace bertlet
