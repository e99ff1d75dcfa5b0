#include "core/ops.h"
#include "core/require.h"
#include "tests/core/onnx_call.h"

namespace onnx {

using namespace bertlet;

namespace {

std::vector<Tensor> gemm(const Call& x) {
  const MatmulOptions options{.transpose_a = x.attribute("transA", 0) != 0,
                              .transpose_b = x.attribute("transB", 0) != 0};
  const Tensor y = x.attribute<real>("alpha", 1) * matmul(x[0], x[1], options);
  if (!x.has(2)) return {y};
  return {y + x.attribute<real>("beta", 1) * x[2]};
}

std::vector<Tensor> einsum(const Call& x) {
  const Functions equations{
      {"bij, bjk -> bik", [](const Call& c) { return std::vector{matmul(c[0], c[1])}; }},
      {"i,i", [](const Call& c) { return std::vector{matmul(c[0], c[1])}; }},
      {"->", [](const Call& c) { return std::vector{c[0]}; }},
      {"ij->i", [](const Call& c) { return std::vector{sum(c[0], 1)}; }},
      {"ij->ji", [](const Call& c) { return std::vector{transpose(c[0])}; }},
  };
  return equations.at(x.attribute<std::string>("equation", ""))(x);
}

// The axes are the second input or, in older cases, an attribute; none named means all of them.
std::vector<int> axes_of(const Call& x) {
  std::vector<int64_t> named = x.has(1) ? x.integers(1) : x.attribute("axes", std::vector<int64_t>());
  if (named.empty() && x.attribute("noop_with_empty_axes", 0) == 0)
    for (int axis = 0; axis < x.shape(0).rank(); ++axis) named.push_back(axis);
  return {named.begin(), named.end()};
}

Keep keep_of(const Call& x) { return x.attribute("keepdims", 1) != 0 ? Keep::yes : Keep::no; }

Tensor total(const Call& x, const Tensor& of) { return sum(of, std::span<const int>(axes_of(x)), keep_of(x)); }

std::vector<Tensor> reduce_max(const Call& x) {
  const std::vector<int> axes = axes_of(x);
  if (axes.size() == 1) return {max(x[0], axes[0], keep_of(x))};
  require(static_cast<int>(axes.size()) == x.shape(0).rank(), "ReduceMax: got {} axes, want one or all", axes.size());
  const std::vector<int64_t> ones(keep_of(x) == Keep::yes ? axes.size() : 0, 1);
  return {reshape(max(x[0]), std::span<const int64_t>(ones))};
}

}  // namespace

Functions product_functions() {
  return {
      {"MatMul", [](const Call& x) { return std::vector{matmul(x[0], x[1])}; }},
      {"MatMulInteger", [](const Call& x) { return std::vector{matmul(x[0] - x[2], x[1] - x[3])}; }},
      {"Gemm", gemm},
      {"Einsum", einsum},
  };
}

Functions reduction_functions() {
  return {
      {"ReduceSum", [](const Call& x) { return std::vector{total(x, x[0])}; }},
      {"ReduceMean",
       [](const Call& x) { return std::vector{mean(x[0], std::span<const int>(axes_of(x)), keep_of(x))}; }},
      {"ReduceMax", reduce_max},
      {"ReduceSumSquare", [](const Call& x) { return std::vector{total(x, x[0] * x[0])}; }},
      {"ReduceL2", [](const Call& x) { return std::vector{sqrt(total(x, x[0] * x[0]))}; }},
      {"ReduceLogSumExp", [](const Call& x) { return std::vector{log(total(x, exp(x[0])))}; }},
  };
}

}  // namespace onnx
