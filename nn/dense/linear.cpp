#include "nn/dense/linear.h"

#include <algorithm>

#include "core/ops.h"
#include "core/parallel.h"
#include "core/product/product.h"
#include "core/require.h"
#include "nn/dense/kernels.h"

namespace bertlet {

namespace {

constexpr const char* linear_name = "linear";

const ActivationKernels& kernels(Activation f) { return linear_kernels().activation[static_cast<int>(f)]; }

// y[rows, out] = f(x[rows, in] weight[out, in]ᵀ + bias) and what its gradient needs.
struct Map {
  int64_t rows, in, out;
  Activation f;
  Precision precision;
  Array x, weight;   // each where the other wants a gradient
  Array saved = {};  // the slope of f, or the result

  int64_t block() const { return std::max<int64_t>(4, (1 << 17) / std::max<int64_t>(1, out)); }

  // What happens to a part of y that holds the product: bias and activation, while it is in the cache.
  Finish activation(const Tensor& bias, Array& y, bool wants_grad) {
    if (f == Activation::none && !bias) return {};
    const bool slope = wants_grad && kernels(f).value_and_slope;
    if (wants_grad && f != Activation::none) saved = slope ? Array(y.shape(), linear_name) : y;
    return [shift = bias ? bias.value() : Array::filled({out}, 0, linear_name), &with = kernels(f), slope, z = y.data(),
            slopes = saved.data(), stride = out](const Block& part) {
      const int64_t at = part.row * stride + part.col;
      if (slope)
        with.value_and_slope(shift.data() + part.col, z + at, slopes + at, part.rows, part.cols, stride);
      else
        with.value(shift.data() + part.col, z + at, part.rows, part.cols, stride);
    };
  }

  // dz = dy f', in the memory of dy if that is on its last use; dbias is its sum over the rows.
  Array through_activation(Array dy, Into dbias) const {
    if (f == Activation::none) {
      if (dbias) dbias += sum_of_rows(dy);
      return dy;
    }
    Array dz = dy.sole_holder() ? dy : Array(dy.shape(), linear_name);
    Array sums({(rows + block() - 1) / block(), out}, linear_name);
    parallel_for(rows, block(), [&](int64_t begin, int64_t end) {
      const int64_t at = begin * out;
      kernels(f).grad(dy.data() + at, saved.data() + at, dz.data() + at, sums.data() + begin / block() * out,
                      end - begin, out);
    });
    if (dbias) dbias += sum_of_rows(sums);
    return dz;
  }

  void grad(Array dy, Into dx, Into dweight, Into dbias) const {
    const Array dz = through_activation(std::move(dy), dbias);
    if (dx) {
      const Into::Slot to = dx.open();
      product({dz.data(), rows, out, out}, {weight.data(), out, in, in}, to.beta, to.data, in, {}, precision);
    }
    if (dweight) {
      const Into::Slot to = dweight.open();
      product({dz.data(), out, rows, out, true}, {x.data(), rows, in, in}, to.beta, to.data, in, {}, precision);
    }
  }

  Array sum_of_rows(const Array& of) const {
    return summed(linear_name, of.shaped({of.size() / std::max<int64_t>(1, out), out}), {true}).shaped({out});
  }
};

Map map_of(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f) {
  const Shape of_x = x.shape(), of_w = weight.shape();
  require(of_w.rank() == 2 && of_x.rank() >= 1 && of_x[-1] == of_w[1],
          "linear: got x {} and weight {}, want x[…, in] and weight[out, in]", of_x, of_w);
  require(!bias || bias.shape() == Shape{of_w[0]}, "linear: got bias {} beside weight {}, want [out]",
          bias ? bias.shape() : Shape{0}, of_w);
  return {.rows = Shape(of_x.first(of_x.rank() - 1)).count(),
          .in = of_w[1],
          .out = of_w[0],
          .f = f,
          .precision = weight.node() ? weight.node()->precision : Precision::fp32,
          .x = weight.wants_grad() ? x.value() : Array(),
          .weight = x.wants_grad() ? weight.value() : Array()};
}

// y = x Wᵀ
void multiply(const Map& map, const Array& x, const Tensor& weight, Array& y, const Finish& finish) {
  const Matrix left{x.data(), map.rows, map.in, map.in};
  if (const auto packed = weight.packed(map.rows)) return product(left, *packed, 0, y.data(), map.out, finish);
  product(left, {weight.value().data(), map.in, map.out, map.in, true}, 0, y.data(), map.out, finish, map.precision);
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation f) {
  Map map = map_of(x, weight, bias, f);
  Array y(x.shape().with(x.shape().rank() - 1, map.out), linear_name);
  const Finish activation = map.activation(bias, y, x.wants_grad() || weight.wants_grad() || bias.wants_grad());
  multiply(map, x.value(), weight, y, activation);
  if (!bias)
    return record<"linear">(y, {x, weight}, [map](Array dy, Into dx, Into dw) { map.grad(std::move(dy), dx, dw, {}); });
  return record<"linear">(y, {x, weight, bias},
                          [map](Array dy, Into dx, Into dw, Into dbias) { map.grad(std::move(dy), dx, dw, dbias); });
}

}  // namespace bertlet
