#include "nn/losses/losses.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/arithmetic.h"
#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/ops/elementwise.h"
#include "core/require.h"
#include "nn/losses/kernels.h"

namespace bertlet {

namespace {

// What the sum of n losses is multiplied by.
real factor(Reduction reduction, int64_t n) {
  return reduction == Reduction::mean && n > 0 ? 1 / static_cast<real>(n) : 1;
}

Array reduced(const char* operation, const Array& losses, Reduction reduction) {
  if (reduction == Reduction::none) return losses;
  std::array<bool, Shape::max_rank> all;
  all.fill(true);
  const Array total = summed(operation, losses, all).shaped({});
  return scaled(operation, factor(reduction, losses.size()), total);
}

// How the gradient of the losses arrives: one number for each, or one for all of them, to be scaled.
struct RowSlopes {
  const real* dy;
  int64_t step;
  real scale;

  RowSlopes(const Array& slopes, Reduction reduction, int64_t n)
      : dy(slopes.data()), step(reduction == Reduction::none), scale(factor(reduction, n)) {}
  const real* at(int64_t i) const { return dy + i * step; }
};

template <class F>
void for_elements(int64_t n, const F& f) {
  parallel_for(n, elements_per_block, [&](int64_t begin, int64_t end) { f(begin, end - begin); });
}

void mse_grad(const RowSlopes& slopes, const Array& x, const Array& y, Into dx) {
  const Into::Slot to = dx.open();
  for_elements(x.size(), [&](int64_t i, int64_t n) {
    loss_kernels().mse_grad(slopes.at(i), slopes.step, slopes.scale, x.data() + i, y.data() + i, to.beta, to.data + i,
                            n);
  });
}

// One row's similarity c = x·y / (a b) with a = max(|x|, ε) and b = max(|y|, ε). Where |x| > ε, ∂a/∂x = x / a:
//   ∂c/∂x = y / (a b) − c x / a²
struct Similarity {
  real c, a, b;
};

// f(row, its similarity) for all rows
template <class F>
void for_similarities(const Array& x, const Array& y, real eps, const F& f) {
  const int64_t columns = x.shape()[-1], rows = x.shape().without(x.shape().rank() - 1).count();
  const int64_t grain = std::max<int64_t>(1, elements_per_block / std::max<int64_t>(1, columns));
  parallel_for(rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const Dots d = loss_kernels().dots(x.data() + row * columns, y.data() + row * columns, columns);
      const real a = std::max(std::sqrt(d.xx), eps), b = std::max(std::sqrt(d.yy), eps);
      f(row, Similarity{d.xy / a / b, a, b});
    }
  });
}

void similarity_grad(const Array& dc, const Array& x, const Array& y, real eps, Into dx) {
  const int64_t columns = x.shape()[-1];
  const Into::Slot to = dx.open();
  for_similarities(x, y, eps, [&](int64_t row, const Similarity& s) {
    const real own = s.a > eps ? s.c / (s.a * s.a) : 0;
    real* at = to.data + row * columns;
    arithmetic().axpby(dc[row] / s.a / s.b, y.data() + row * columns, to.beta, at, columns);
    arithmetic().axpby(-dc[row] * own, x.data() + row * columns, 1, at, columns);
  });
}

}  // namespace

Tensor bce_with_logits(const Tensor& logits, const Array& targets, const BceOptions& options) {
  const Array& x = logits.value();
  require(x.shape() == targets.shape(), "bce_with_logits: got logits {} and targets {}, want equal shapes", x.shape(),
          targets.shape());
  const Array p = options.positive_weights ? expanded("bce_with_logits", options.positive_weights, x.shape()) : Array();
  const auto p_at = [](const Array& weights, int64_t i) { return weights ? weights.data() + i : nullptr; };
  Array losses(x.shape(), "bce_with_logits");
  for_elements(x.size(), [&](int64_t i, int64_t n) {
    loss_kernels().bce(x.data() + i, targets.data() + i, p_at(p, i), losses.data() + i, n);
  });
  const Reduction reduction = options.reduction;
  return record<"bce_with_logits">(reduced("bce_with_logits", losses, reduction), {logits},
                                   [x, targets, p, p_at, reduction](Array dy, Into dx) {
                                     const RowSlopes slopes(dy, reduction, x.size());
                                     const Into::Slot to = dx.open();
                                     for_elements(x.size(), [&](int64_t i, int64_t n) {
                                       loss_kernels().bce_grad(slopes.at(i), slopes.step, slopes.scale, x.data() + i,
                                                               targets.data() + i, p_at(p, i), to.beta, to.data + i, n);
                                     });
                                   });
}

Tensor mse(const Tensor& x, const Tensor& y, Reduction reduction) {
  require(x.shape() == y.shape(), "mse: got {} and {}, want equal shapes", x.shape(), y.shape());
  Array losses(x.shape(), "mse");
  for_elements(losses.size(), [&](int64_t i, int64_t n) {
    loss_kernels().mse(x.value().data() + i, y.value().data() + i, losses.data() + i, n);
  });
  return record<"mse">(reduced("mse", losses, reduction), {x, y},
                       [x = x.value(), y = y.value(), reduction](Array dy, Into dx, Into dy_into) {
                         const RowSlopes slopes(dy, reduction, x.size());
                         if (dx) mse_grad(slopes, x, y, dx);
                         if (dy_into) mse_grad(slopes, y, x, dy_into);
                       });
}

Tensor cosine_similarity(const Tensor& x, const Tensor& y, real eps) {
  require(x.shape() == y.shape() && x.shape().rank() >= 1,
          "cosine_similarity: got {} and {}, want equal shapes of at least one axis", x.shape(), y.shape());
  require(eps > 0, "cosine_similarity: got eps {}, want more than 0", eps);
  Array c(x.shape().without(x.shape().rank() - 1), "cosine_similarity");
  for_similarities(x.value(), y.value(), eps, [&](int64_t row, const Similarity& s) { c[row] = s.c; });
  return record<"cosine_similarity">(c, {x, y}, [x = x.value(), y = y.value(), eps](Array dc, Into dx, Into dy) {
    if (dx) similarity_grad(dc, x, y, eps, dx);
    if (dy) similarity_grad(dc, y, x, eps, dy);
  });
}

}  // namespace bertlet
