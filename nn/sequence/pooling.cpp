#include "nn/sequence/pooling.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/arithmetic.h"
#include "core/kernels/rows.h"
#include "core/parallel.h"
#include "core/require.h"
#include "nn/sequence/pooling_kernels.h"

namespace bertlet {

namespace {

constexpr int64_t columns_at_once = 256;  // columns that one thread takes of a sequence

void check(const char* operation, const Tensor& x, const Spans& spans) {
  require(x.shape().rank() == 2 && x.shape()[0] == spans.rows(),
          "{}: got {} for sequences of {} rows together, want [{}, columns]", operation, x.shape(), spans.rows(),
          spans.rows());
}

// f(sequence, first column, columns) for strips of all sequences, also the empty ones.
template <class F>
void for_strips(const Spans& spans, int64_t columns, const F& f) {
  const int64_t strips = (columns + columns_at_once - 1) / columns_at_once;
  parallel_for(spans.count() * strips, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i % strips * columns_at_once;
      f(i / strips, first, std::min(columns_at_once, columns - first));
    }
  });
}

// The three ways a pooled row comes about: a row is taken, the rows are added, or each column takes its own row.
bool takes_row(Pooling pooling) { return pooling == Pooling::first || pooling == Pooling::last; }
int64_t taken(Pooling pooling, const Spans& spans, int64_t i) {
  return pooling == Pooling::first ? spans.begin(i) : spans.end(i) - 1;
}
real scale(Pooling pooling, int64_t length) {
  const real n = static_cast<real>(length);
  return 1 / (pooling == Pooling::mean ? n : std::sqrt(n));
}

struct Pooled {
  Array y;
  std::vector<int64_t> where;  // of max: which of the sequence's rows
};

Pooled pooled(const Array& x, const Spans& spans, Pooling pooling) {
  const int64_t columns = x.shape()[1];
  Pooled to{Array({spans.count(), columns}, "pool"), {}};
  if (pooling == Pooling::max) to.where.resize(to_size(spans.count() * columns));
  for_strips(spans, columns, [&](int64_t i, int64_t c, int64_t n) {
    const real* from = x.data() + spans.begin(i) * columns + c;
    real* y = to.y.data() + i * columns + c;
    if (spans.length(i) == 0)
      std::fill_n(y, n, real{0});
    else if (takes_row(pooling))
      std::copy_n(x.data() + taken(pooling, spans, i) * columns + c, n, y);
    else if (pooling == Pooling::max)
      pooling_kernels().max(from, columns, y, to.where.data() + i * columns + c, spans.length(i), n);
    else
      pooling_kernels().weighted_sum(scale(pooling, spans.length(i)), nullptr, from, columns, y, spans.length(i), n);
  });
  return to;
}

void zero_rows(Into::Slot to, int64_t begin, int64_t end, int64_t columns, int64_t c, int64_t n) {
  if (to.beta == 0)
    for (int64_t r = begin; r < end; ++r) std::fill_n(to.data + r * columns + c, n, real{0});
}

void unpool(const Array& dy, const std::vector<int64_t>& where, const Spans& spans, Pooling pooling, Into dx) {
  const int64_t columns = dy.shape()[1];
  const Into::Slot to = dx.open();
  for_strips(spans, columns, [&](int64_t i, int64_t c, int64_t n) {
    if (spans.length(i) == 0) return;
    const int64_t begin = spans.begin(i), end = spans.end(i), at = i * columns + c;
    if (takes_row(pooling) || pooling == Pooling::max) zero_rows(to, begin, end, columns, c, n);
    if (takes_row(pooling))
      arithmetic().axpby(1, dy.data() + at, 1, to.data + taken(pooling, spans, i) * columns + c, n);
    else if (pooling == Pooling::max)
      for (int64_t j = 0; j < n; ++j) to.data[(begin + where[to_size(at + j)]) * columns + c + j] += dy[at + j];
    else
      for (int64_t r = begin; r < end; ++r)
        arithmetic().axpby(scale(pooling, end - begin), dy.data() + at, to.beta, to.data + r * columns + c, n);
  });
}

// Softmax over each sequence's scores.
Array weights_of(const Array& scores, const Spans& spans) {
  Array w({spans.rows()}, "attention_pool");
  parallel_for(spans.count(), 8, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      if (spans.length(i) > 0)
        row_kernels().softmax(scores.data() + spans.begin(i), w.data() + spans.begin(i), 1, spans.length(i));
  });
  return w;
}

// dx = w dy
void rows_grad(const Array& dy, const Array& w, const Spans& spans, Into dx) {
  const int64_t columns = dy.shape()[1];
  const Into::Slot to = dx.open();
  for_strips(spans, columns, [&](int64_t i, int64_t c, int64_t n) {
    for (int64_t r = spans.begin(i); r < spans.end(i); ++r)
      arithmetic().axpby(w[r], dy.data() + i * columns + c, to.beta, to.data + r * columns + c, n);
  });
}

// dw = x · dy, from which softmax takes its gradient.
void scores_grad(const Array& dy, const Array& x, const Array& w, const Spans& spans, Into dscores) {
  const int64_t columns = dy.shape()[1];
  const Into::Slot to = dscores.open();
  Array dw({spans.rows()}, "attention_pool");
  parallel_for(spans.count(), 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t begin = spans.begin(i), length = spans.length(i);
      if (length == 0) continue;
      pooling_kernels().dots(x.data() + begin * columns, columns, dy.data() + i * columns, dw.data() + begin, length,
                             columns);
      row_kernels().softmax_grad(dw.data() + begin, w.data() + begin, to.beta, to.data + begin, 1, length);
    }
  });
}

}  // namespace

Tensor pool(const Tensor& x, const Spans& spans, Pooling pooling) {
  check("pool", x, spans);
  Pooled y = pooled(x.value(), spans, pooling);
  return record<"pool">(y.y, {x}, [where = std::move(y.where), spans, pooling](Array dy, Into dx) {
    unpool(dy, where, spans, pooling, dx);
  });
}

Tensor attention_pool(const Tensor& x, const Tensor& scores, const Spans& spans) {
  check("attention_pool", x, spans);
  require(scores.value().size() == spans.rows(), "attention_pool: got scores {} for {}, want one for each row",
          scores.shape(), x.shape());
  const Array w = weights_of(scores.value(), spans);
  const int64_t columns = x.shape()[1];
  Array y({spans.count(), columns}, "attention_pool");
  for_strips(spans, columns, [&](int64_t i, int64_t c, int64_t n) {
    pooling_kernels().weighted_sum(1, w.data() + spans.begin(i), x.value().data() + spans.begin(i) * columns + c,
                                   columns, y.data() + i * columns + c, spans.length(i), n);
  });
  Array kept = scores.wants_grad() ? x.value() : Array();
  return record<"attention_pool">(y, {x, scores}, [w, x = std::move(kept), spans](Array dy, Into dx, Into dscores) {
    if (dx) rows_grad(dy, w, spans, dx);
    if (dscores) scores_grad(dy, x, w, spans, dscores);
  });
}

}  // namespace bertlet
