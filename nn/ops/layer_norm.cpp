#include "nn/ops/layer_norm.h"

#include "nn/ops/norm_rows.h"

namespace bertlet {

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

}  // namespace bertlet
