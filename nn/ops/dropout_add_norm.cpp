#include "nn/ops/dropout_add_norm.h"

#include "core/require.h"
#include "nn/ops/dropout.h"
#include "nn/ops/norm_rows.h"

namespace bertlet {

namespace {

// What backward keeps: sum = dropout(x) + residual, and the norm over it.
struct DroppedSum {
  NormRows norm;
  DropoutMask mask;
  Array sum;

  void grad(Array dy, Into dx, Into dresidual, Into dweight, Into dbias) const {
    Array masked = dx && mask.drop > 0 ? Array(dy.shape(), norm.operation) : Array();
    const auto drop = [&](const real* dsum, int64_t at, int64_t n) {
      if (masked) dropout_kernels().apply(mask, at, dsum, 0, masked.data() + at, n);
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

Tensor dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias, real eps,
                        real rate, const Rng& rng) {
  require(x.shape() == residual.shape(), "dropout_add_norm: got x {} and residual {}, want the same shape", x.shape(),
          residual.shape());
  const bool keep = x.wants_grad() || residual.wants_grad() || weight.wants_grad() || bias.wants_grad();
  NormRows norm("dropout_add_norm", x, weight, bias, keep);
  const DropoutMask mask = dropout_mask(norm.operation, rate, rng);
  Array y(x.shape(), norm.operation);
  Array sum = keep ? Array(x.shape(), norm.operation) : y;
  norm.value(sum, bias.value(), eps, y, [&](int64_t at, int64_t n) {
    dropout_kernels().add(mask, at, x.value().data() + at, residual.value().data() + at, sum.data() + at, n);
  });
  return record<"dropout_add_norm">(
      y, {x, residual, weight, bias},
      [kept = DroppedSum{norm, mask, sum}](Array dy, Into dx, Into dresidual, Into dweight, Into dbias) {
        kept.grad(std::move(dy), dx, dresidual, dweight, dbias);
      });
}

}  // namespace bertlet
