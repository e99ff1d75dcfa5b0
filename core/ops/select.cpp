#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/ops/elementwise.h"

namespace bertlet {

namespace {

Array chosen(const Array& mask, const Array& yes, const Array& no) {
  Array y(broadcast("where", mask.shape(), broadcast("where", yes.shape(), no.shape())), "where");
  const Walk<3> walk(y.shape(), {&mask.shape(), &yes.shape(), &no.shape()});
  const int64_t m = walk.step(0), a = walk.step(1), b = walk.step(2);
  for_pieces(walk, elements_per_block, [&](const auto& at, int64_t to, int64_t n) {
    const real *is = mask.data() + at[0], *first = yes.data() + at[1], *second = no.data() + at[2];
    for (int64_t i = 0; i < n; ++i) y[to + i] = is[i * m] != 0 ? first[i * a] : second[i * b];
  });
  return y;
}

}  // namespace

Tensor where(const Array& mask, const Tensor& yes, const Tensor& no) {
  return record<"where">(chosen(mask, yes.value(), no.value()), {yes, no}, [mask](Array dy, Into dyes, Into dno) {
    const Array zero = Array::number(0);
    if (dyes) dyes += reduced_to("where", chosen(mask, dy, zero), dyes.shape());
    if (dno) dno += reduced_to("where", chosen(mask, zero, dy), dno.shape());
  });
}

Tensor masked(const Tensor& x, const Array& mask, real value) { return where(mask, value, x); }

}  // namespace bertlet
