#include "nn/ops/norm_rows.h"

#include <algorithm>

#include "core/ops/reduce.h"
#include "core/parallel.h"
#include "core/require.h"
#include "nn/kernels/layer_norm.h"

namespace bertlet {

namespace {

constexpr int64_t kept_per_row = layer_norm_statistics;

int64_t block_of(int64_t cols) { return std::max<int64_t>(16, (1 << 14) / cols); }

}  // namespace

NormRows::NormRows(const char* op, const Tensor& x, const Tensor& w, const Tensor& bias, bool wants_grad)
    : operation(op) {
  require(x.shape().rank() >= 1 && x.shape()[-1] > 0, "{}: got x {}, want rows of at least one element", op, x.shape());
  cols = x.shape()[-1];
  rows = x.value().size() / cols;
  require(w.shape() == Shape{cols} && bias.shape() == Shape{cols},
          "{}: got weight {} and bias {}, want one number for each of the {} columns of {}", op, w.shape(),
          bias.shape(), cols, x.shape());
  weight = w.value();
  if (wants_grad) statistics = Array({rows, kept_per_row}, op);
}

void NormRows::value(const Array& x, const Array& bias, real eps, Array& y, const OnBlock& before) {
  real* kept = statistics.data();
  parallel_for(rows, block_of(cols), [&](int64_t begin, int64_t end) {
    const int64_t at = begin * cols;
    if (before) before(at, (end - begin) * cols);
    layer_norm_kernels().value(x.data() + at, weight.data(), bias.data(), eps, y.data() + at,
                               kept ? kept + begin * kept_per_row : nullptr, end - begin, cols);
  });
}

Array NormRows::grad(Array dy, const Array& x, bool wanted, Into dweight, Into dbias, const OnGrad& after) const {
  const int64_t block = block_of(cols);
  Array dx = !wanted ? Array() : dy.sole_holder() ? dy : Array(dy.shape(), operation);
  Array partial = dweight || dbias ? Array({(rows + block - 1) / block, 2, cols}, operation) : Array();
  parallel_for(rows, block, [&](int64_t begin, int64_t end) {
    const int64_t at = begin * cols;
    real* sums = partial ? partial.data() + begin / block * 2 * cols : nullptr;
    layer_norm_kernels().grad(dy.data() + at, x.data() + at, statistics.data() + begin * kept_per_row, weight.data(),
                              dx ? dx.data() + at : nullptr, sums, sums ? sums + cols : nullptr, end - begin, cols);
    if (after && dx) after(dx.data() + at, at, (end - begin) * cols);
  });
  if (partial) {
    const Array sums = summed(operation, partial, {true}).shaped({2, cols});
    dweight += sums.rows(0, 1).shaped({cols});
    dbias += sums.rows(1, 2).shaped({cols});
  }
  return dx;
}

}  // namespace bertlet
