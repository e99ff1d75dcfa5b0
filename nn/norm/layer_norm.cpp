#include "nn/norm/layer_norm.h"

#include <algorithm>
#include <functional>

#include "core/autograd.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "core/require.h"
#include "nn/norm/layer_norm_kernels.h"

namespace bertlet {

namespace {

constexpr int64_t kept_per_row = layer_norm_statistics;

int64_t block_of(int64_t cols) { return std::max<int64_t>(16, (1 << 14) / cols); }

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

// What backward keeps: sum = dropout(x) + residual, and the norm over it.
struct DroppedSum {
  NormRows norm;
  DropoutMask mask;
  DropoutPlaces places;
  Array sum;

  void grad(Array dy, Into dx, Into dresidual, Into dweight, Into dbias) const {
    Array masked = dx && mask.drop > 0 ? Array(dy.shape(), norm.operation) : Array();
    const auto drop = [&](const real* dsum, int64_t from, int64_t count) {
      if (!masked) return;
      places.each(from, count, [&](int64_t place, int64_t at, int64_t n) {
        dropout_kernels().apply(mask, place, dsum + at - from, 0, masked.data() + at, n);
      });
    };
    Array dsum = norm.grad(std::move(dy), sum, dx || dresidual, dweight, dbias, drop);
    if (masked)
      dx += std::move(masked);
    else if (dx)
      dx += std::as_const(dsum);
    if (dresidual) dresidual += std::move(dsum);
  }
};

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, real eps) {
  const bool keep = x.wants_grad() || weight.wants_grad() || bias.wants_grad();
  NormRows norm("layer_norm", x, weight, bias, keep);
  Array y(x.shape(), norm.operation);
  norm.value(x.value(), bias.value(), eps, y);
  return record<"layer_norm">(y, {x, weight, bias}, [norm, x = x.value()](Array dy, Into dx, Into dweight, Into dbias) {
    Array slope = norm.grad(std::move(dy), x, static_cast<bool>(dx), dweight, dbias);
    if (dx) dx += std::move(slope);
  });
}

Tensor dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias, real eps,
                        real rate, const Rng& rng, std::vector<int64_t> rows) {
  require(x.shape() == residual.shape(), "dropout_add_norm: got x {} and residual {}, want the same shape", x.shape(),
          residual.shape());
  const bool keep = x.wants_grad() || residual.wants_grad() || weight.wants_grad() || bias.wants_grad();
  NormRows norm("dropout_add_norm", x, weight, bias, keep);
  const DropoutMask mask = dropout_mask(norm.operation, rate, rng);
  DropoutPlaces places(norm.operation, std::move(rows), x.shape());
  Array y(x.shape(), norm.operation);
  Array sum = keep ? Array(x.shape(), norm.operation) : y;
  norm.value(sum, bias.value(), eps, y, [&](int64_t from, int64_t count) {
    places.each(from, count, [&](int64_t place, int64_t at, int64_t n) {
      dropout_kernels().add(mask, place, x.value().data() + at, residual.value().data() + at, sum.data() + at, n);
    });
  });
  return record<"dropout_add_norm">(y, {x, residual, weight, bias},
                                    [kept = DroppedSum{norm, mask, std::move(places), sum}](
                                        Array dy, Into dx, Into dresidual, Into dweight, Into dbias) {
                                      kept.grad(std::move(dy), dx, dresidual, dweight, dbias);
                                    });
}

}  // namespace bertlet
