#pragma once
#include <algorithm>

#include "core/autograd.h"
#include "core/random.h"
#include "nn/norm/dropout_kernels.h"
#include "nn/pass.h"

namespace bertlet {

// Each element becomes 0 with probability `rate`, or is divided by 1 - rate; rate 0 gives x itself. Which ones is a
// function of rng and the element's index: the mask is computed again in backward and never stored. 16 random bits
// decide, so the rate is that to the nearest 1/65536, and the scale is that of the rate that was met. Where `rows` are
// given, x[rows, …] are these of a larger array, and drop what they would drop there.
Tensor dropout(const Tensor& x, real rate, const Rng& rng, std::vector<int64_t> rows = {});

// The same mask for other operations that drop; 0 <= rate <= 1.
DropoutMask dropout_mask(const char* operation, real rate, const Rng& rng);

// Where the elements of an array stand in the stream: one after another, or, of some rows of a larger array, where they
// stand in that.
struct DropoutPlaces {
  std::vector<int64_t> rows;
  int64_t columns;

  DropoutPlaces(const char* operation, std::vector<int64_t> rows, const Shape& shape);

  // f(place, at, n) for stretches of the `count` elements from element `from` on.
  template <class F>
  void each(int64_t from, int64_t count, const F& f) const {
    if (rows.empty()) return f(from, from, count);
    for (int64_t at = from, n = 0; at < from + count; at += n) {
      n = std::min(columns - at % columns, from + count - at);
      f(rows[to_size(at / columns)] * columns + at % columns, at, n);
    }
  }
};

// Works in training only.
struct Dropout {
  real rate = real(0.1);

  Tensor operator()(const Tensor& x, Pass& pass) const {
    return pass.training ? dropout(x, rate, pass.next_site(), pass.rows) : x;
  }

  void visit(auto&&) {}
};

}  // namespace bertlet
