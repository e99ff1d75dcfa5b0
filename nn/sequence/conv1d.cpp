#include "nn/sequence/conv1d.h"

#include <algorithm>

#include "core/ops.h"
#include "core/parallel.h"
#include "core/product/product.h"
#include "core/require.h"
#include "nn/workspaces.h"

namespace bertlet {

namespace {

constexpr int64_t block = 128;            // rows whose windows one thread has in memory
constexpr int64_t gradient_block = 1024;  // rows whose windows all threads share

// A convolution as products: row t of `to` meets the window of rows t − before … t − before + kernel − 1 of the same
// sequence of `from`, zeros where that has none.
struct Windows {
  Spans from, to;
  int64_t kernel, before;

  // The gradient goes back through the same windows, mirrored.
  Windows mirrored() const { return {to, from, kernel, kernel - 1 - before}; }

  // Copies the windows of rows begin … end of `to` into y[end − begin, kernel · columns].
  void copy(const Array& x, int64_t begin, int64_t end, real* y) const;

 private:
  void copy_window(const Array& x, int64_t sequence, int64_t row, real* y) const;
};

void Windows::copy_window(const Array& x, int64_t sequence, int64_t row, real* y) const {
  const int64_t columns = x.shape()[1], length = from.length(sequence);
  const int64_t start = row - to.begin(sequence) - before;  // may be before the sequence
  const int64_t first = std::clamp<int64_t>(start, 0, length), last = std::clamp<int64_t>(start + kernel, 0, length);
  real* at = std::fill_n(y, (first - std::min(start, first)) * columns, real{0});
  at = std::copy_n(x.data() + (from.begin(sequence) + first) * columns, (last - first) * columns, at);
  std::fill(at, y + kernel * columns, real{0});
}

void Windows::copy(const Array& x, int64_t begin, int64_t end, real* y) const {
  const int64_t width = kernel * x.shape()[1];
  int64_t sequence = 0;
  for (int64_t row = begin; row < end; ++row) {
    while (row >= to.end(sequence)) ++sequence;
    copy_window(x, sequence, row, y + (row - begin) * width);
  }
}

// y <- β y + windows of x · weight, with weight [kernel · in, out] after transposition.
void convolve(const Windows& windows, const Array& x, const Matrix& weight, real beta, real* y) {
  Workspaces rooms(block * weight.rows, "conv1d");
  parallel_for(windows.to.rows(), block, [&](int64_t begin, int64_t end) {
    rooms.lend([&](real* rows) {
      windows.copy(x, begin, end, rows);
      product({rows, end - begin, weight.rows, weight.rows}, weight, beta, y + begin * weight.cols, weight.cols);
    });
  });
}

// dweight[out, kernel · in] = Σ_t dy[t]ᵀ window[t]
Array weight_grad(const Windows& windows, const Array& x, const Array& dy) {
  const int64_t out = dy.shape()[1], width = windows.kernel * x.shape()[1];
  Array dweight = Array::filled({out, windows.kernel, x.shape()[1]}, 0, "conv1d");
  Array rows({std::min(gradient_block, windows.to.rows()), width}, "conv1d");
  for (int64_t begin = 0; begin < windows.to.rows(); begin += gradient_block) {
    const int64_t n = std::min(gradient_block, windows.to.rows() - begin);
    parallel_for(n, 32, [&](int64_t first, int64_t last) {
      windows.copy(x, begin + first, begin + last, rows.data() + first * width);
    });
    product({dy.data() + begin * out, out, n, out, true}, {rows.data(), n, width, width}, 1, dweight.data(), width);
  }
  return dweight;
}

// [out, in, kernel] as [out, kernel, in], whose rows are as the windows lie; and mirrored as [kernel, out, in].
Array by_window(const Array& weight) { return permuted("conv1d", weight, std::array{0, 2, 1}); }

Array mirrored(const Array& weight) {
  const int64_t kernel = weight.shape()[2], size = weight.shape()[0] * weight.shape()[1];
  const Array taps = permuted("conv1d", weight, std::array{2, 0, 1});
  Array y(taps.shape(), "conv1d");
  for (int64_t j = 0; j < kernel; ++j) std::copy_n(taps.data() + j * size, size, y.data() + (kernel - 1 - j) * size);
  return y;
}

void check(const Tensor& x, const Spans& spans, const Tensor& weight, const Tensor& bias) {
  require(weight.shape().rank() == 3 && weight.shape()[2] > 0, "conv1d: got weight {}, want [out, in, kernel]",
          weight.shape());
  require(x.shape() == Shape{spans.rows(), weight.shape()[1]},
          "conv1d: got {}, want [{}, {}] for the rows and weight {}", x.shape(), spans.rows(), weight.shape()[1],
          weight.shape());
  require(bias.shape() == Shape{weight.shape()[0]}, "conv1d: got bias {} for weight {}, want [{}]", bias.shape(),
          weight.shape(), weight.shape()[0]);
}

Array repeated(const Array& bias, int64_t rows) {
  Array y({rows, bias.size()}, "conv1d");
  parallel_for(rows, 64, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) std::copy_n(bias.data(), bias.size(), y.data() + r * bias.size());
  });
  return y;
}

}  // namespace

Spans convolved(const Spans& spans, int64_t kernel, Ends ends) {
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < spans.count(); ++i)
    lengths.push_back(ends == Ends::same ? spans.length(i) : std::max<int64_t>(0, spans.length(i) - kernel + 1));
  return Spans(lengths);
}

Tensor conv1d(const Tensor& x, const Spans& spans, const Tensor& weight, const Tensor& bias, Ends ends) {
  check(x, spans, weight, bias);
  const int64_t out = weight.shape()[0], in = weight.shape()[1], kernel = weight.shape()[2];
  const Windows windows{spans, convolved(spans, kernel, ends), kernel, ends == Ends::same ? (kernel - 1) / 2 : 0};
  Array y = repeated(bias.value(), windows.to.rows());
  const Array by_rows = by_window(weight.value());
  convolve(windows, x.value(), {by_rows.data(), kernel * in, out, kernel * in, true}, 1, y.data());
  Array kept = weight.wants_grad() ? x.value() : Array();
  return record<"conv1d">(
      y, {x, weight, bias},
      [windows, x = std::move(kept), weight = weight.value()](Array dy, Into dx, Into dweight, Into dbias) {
        if (dx) {
          const Array back = mirrored(weight);
          const Into::Slot to = dx.open();
          convolve(windows.mirrored(), dy, {back.data(), back.size() / dx.shape()[1], dx.shape()[1], dx.shape()[1]},
                   to.beta, to.data);
        }
        if (dweight) dweight += permuted("conv1d", weight_grad(windows, x, dy), std::array{0, 2, 1});
        if (dbias) dbias += summed("conv1d", dy, {true}).shaped(dbias.shape());
      });
}

}  // namespace bertlet
