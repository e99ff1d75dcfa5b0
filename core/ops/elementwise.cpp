#include "core/ops/elementwise.h"

#include "core/ops/broadcast.h"
#include "core/parallel.h"

namespace bertlet {

Array map(const char* operation, UnaryKernel f, const Array& x) {
  Array y(x.shape(), operation);
  parallel_for(x.size(), elements_per_block,
               [&](int64_t begin, int64_t end) { f(x.data() + begin, y.data() + begin, end - begin); });
  return y;
}

Array scaled(const char* operation, real alpha, const Array& x) {
  Array y(x.shape(), operation);
  parallel_for(x.size(), elements_per_block, [&](int64_t begin, int64_t end) {
    arithmetic().axpby(alpha, x.data() + begin, 0, y.data() + begin, end - begin);
  });
  return y;
}

namespace {

// to <- β to + dy ∂f, as if a and b were repeated to the shape of dy.
void combine_into(Into::Slot to, BinaryGradKernel f, const real* dy, const Shape& shape, const Array& a,
                  const Array& b) {
  for_pairs(shape, a, b, elements_per_block,
            [&](const real* x, int64_t x_step, const real* y, int64_t y_step, int64_t i, int64_t n) {
              f(dy + i, x, x_step, y, y_step, to.beta, to.data + i, n);
            });
}

}  // namespace

Array combine(const char* operation, BinaryKernel f, const Array& a, const Array& b) {
  Array result(broadcast(operation, a.shape(), b.shape()), operation);
  for_pairs(result.shape(), a, b, elements_per_block,
            [&](const real* x, int64_t x_step, const real* y, int64_t y_step, int64_t i, int64_t n) {
              f(x, x_step, y, y_step, result.data() + i, n);
            });
  return result;
}

void map_grad(UnaryGradKernel f, Array dy, const Array& saved, Into dx) {
  const real* from = dy.data();
  const int64_t n = dy.size();
  const Into::Slot to = dx.open(dy);
  parallel_for(n, elements_per_block, [&](int64_t begin, int64_t end) {
    f(from + begin, saved.data() + begin, to.beta, to.data + begin, end - begin);
  });
}

void combine_grad(const char* operation, BinaryGradKernel f, const Array& dy, const Array& a, const Array& b, Into g) {
  if (!g) return;
  if (g.shape() == dy.shape()) return combine_into(g.open(), f, dy.data(), dy.shape(), a, b);
  Array repeated(dy.shape(), operation);
  combine_into({repeated.data(), 0}, f, dy.data(), dy.shape(), a, b);
  g += reduced_to(operation, std::move(repeated), g.shape());
}

void combine_grad(const char* operation, BinaryGradKernel f, Array&& dy, const Array& a, const Array& b, Into g) {
  if (!g || g.shape() != dy.shape()) return combine_grad(operation, f, std::as_const(dy), a, b, g);
  const real* from = dy.data();
  combine_into(g.open(dy), f, from, g.shape(), a, b);
}

void pass_on(const char* operation, real alpha, const Array& dy, Into g) {
  if (!g) return;
  if (g.shape() == dy.shape()) return g.add(alpha, dy);
  pass_on(operation, alpha, reduced_to(operation, dy, g.shape()), g);
}

void pass_on(const char* operation, real alpha, Array&& dy, Into g) {
  if (!g || alpha != 1 || g.shape() != dy.shape()) return pass_on(operation, alpha, std::as_const(dy), g);
  g += std::move(dy);
}

}  // namespace bertlet
