#pragma once
#include <functional>

#include "tests/core/tensors.h"

namespace bertlet {

// Values and gradients that a hand can compute: y = f(x) is `want`, in value and shape, and dy makes dx.
struct Example {
  const char* name;
  Tensor x;
  std::function<Tensor(const Tensor&)> f;
  Array want;
  Values dy, dx;
};

void check(const std::vector<Example>& examples);

inline Tensor grid() { return parameter({2, 3}, {1, 2, 3, 4, 5, 6}); }

}  // namespace bertlet
