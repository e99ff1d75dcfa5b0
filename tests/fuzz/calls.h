#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/ops.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/plain.h"

// Random calls of every operation, each beside what it must give.
namespace bertlet {

using Tensors = const std::vector<Tensor>&;
using Plains = const std::vector<plain::Numbers>&;

struct Call {
  const char* operation;
  std::vector<Shape> shapes;  // of its inputs
  std::string options;
  std::function<Tensor(Tensors)> ours;
  std::function<plain::Numbers(Plains)> want;
  bool smooth = true;  // differences can tell its derivative anywhere
};

template <class T>
std::span<const T> view(const std::vector<T>& list) {
  return list;
}

inline Call function_call(Draw& draw) {
  struct Function {
    const char* name;
    Tensor (*ours)(const Tensor&);
    double (*want)(double);
    bool smooth = true;
  };
  static const Function functions[] = {
      {"exp", exp, std::exp},
      {"log", log, std::log, false},
      {"sqrt", sqrt, std::sqrt, false},
      {"tanh", tanh, std::tanh},
      {"erf", erf, std::erf},
      {"sigmoid", sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"relu", relu, [](double x) { return x > 0 ? x : 0; }, false},
      {"gelu", gelu, [](double x) { return x * std::erfc(-x / std::sqrt(2)) / 2; }},
      {"gelu_tanh", gelu_tanh,
       [](double x) { return x / (1 + std::exp(-2 * std::sqrt(2 / std::acos(-1)) * (x + 0.044715 * x * x * x))); }},
      {"neg", neg, [](double x) { return -x; }},
  };
  const Function& f = functions[draw.below(std::ssize(functions))];
  return {f.name,
          {draw.shape()},
          "",
          [&f](Tensors x) { return f.ours(x[0]); },
          [&f](Plains x) { return map(x[0], f.want); },
          f.smooth};
}

inline Call arithmetic_call(Draw& draw) {
  struct Function {
    const char* name;
    Tensor (*ours)(const Tensor&, const Tensor&);
    double (*want)(double, double);
    bool smooth = true;
  };
  static const Function functions[] = {
      {"add", add, [](double a, double b) { return a + b; }},
      {"sub", sub, [](double a, double b) { return a - b; }},
      {"mul", mul, [](double a, double b) { return a * b; }},
      {"div", div, [](double a, double b) { return a / b; }, false},
      {"pow", pow, std::pow, false},
  };
  const Function& f = functions[draw.below(std::ssize(functions))];
  const Shape shape = draw.shape();
  return {f.name,
          {draw.partner(shape), draw.partner(shape)},
          "",
          [&f](Tensors x) { return f.ours(x[0], x[1]); },
          [&f](Plains x) { return combine(x[0], x[1], f.want); },
          f.smooth};
}

inline Call reduction_call(Draw& draw) {
  struct Function {
    const char* name;
    Tensor (*over_all)(const Tensor&);
    Tensor (*over_axis)(const Tensor&, int, Keep);
    Tensor (*over_axes)(const Tensor&, std::span<const int>, Keep);
    plain::Fold fold;
  };
  static const Function functions[] = {{"sum", sum, sum, sum, plain::Fold::sum},
                                       {"mean", mean, mean, mean, plain::Fold::mean},
                                       {"max", max, max, nullptr, plain::Fold::max}};
  const Function& f = functions[draw.below(std::ssize(functions))];
  const Shape shape = draw.shape();
  const bool keep = draw.one_in(2), smooth = f.fold != plain::Fold::max;
  std::vector<int> axes = draw.axes(shape);
  if (f.over_axes && draw.one_in(2))
    return {f.name,
            {shape},
            fmt::format("axes {}", axes),
            [=, &f](Tensors x) { return f.over_axes(x[0], view(axes), Keep{keep}); },
            [=, &f](Plains x) { return reduce(x[0], axes, keep, f.fold); },
            smooth};
  if (draw.one_in(4))
    return {f.name,
            {shape},
            "",
            [&f](Tensors x) { return f.over_all(x[0]); },
            [&f](Plains x) { return reduce(x[0], plain::all_axes(x[0].shape), false, f.fold); },
            smooth};
  axes = {draw.axis(shape)};
  return {f.name,
          {shape},
          fmt::format("axis {}", axes[0]),
          [=, &f](Tensors x) { return f.over_axis(x[0], axes[0], Keep{keep}); },
          [=, &f](Plains x) { return reduce(x[0], axes, keep, f.fold); },
          smooth};
}

inline Call softmax_call(Draw& draw) {
  const Shape shape = draw.shape();
  const int axis = draw.axis(shape);
  const bool logarithm = draw.one_in(2);
  return {logarithm ? "log_softmax" : "softmax",
          {shape},
          fmt::format("axis {}", axis),
          [=](Tensors x) { return logarithm ? log_softmax(x[0], axis) : softmax(x[0], axis); },
          [=](Plains x) { return softmax(x[0], axis, logarithm); }};
}

inline Call matmul_call(Draw& draw) {
  const auto length = [&] { return draw.one_in(8) ? 0 : draw.between(1, 5); };
  int64_t rows = length(), depth = length(), columns = length();
  if (depth == 0 && draw.one_in(8)) rows = draw.huge();
  if (rows == 0 && columns == 0 && draw.one_in(2)) depth = draw.huge();
  const MatmulOptions options{.transpose_a = draw.one_in(2), .transpose_b = draw.one_in(2)};
  const Shape batch(draw.shape(4).first(static_cast<int>(draw.between(0, 4))));
  const int64_t other = draw.one_in(20) ? depth + 1 : depth;
  const auto matrices = [&](const Shape& of, int64_t r, int64_t c) { return of.plus(r).plus(c); };
  Shape a =
      options.transpose_a ? matrices(draw.partner(batch), depth, rows) : matrices(draw.partner(batch), rows, depth);
  Shape b = options.transpose_b ? matrices(draw.partner(batch), columns, other)
                                : matrices(draw.partner(batch), other, columns);
  if (depth < 1000 && draw.one_in(8)) a = Shape{depth};
  if (depth < 1000 && draw.one_in(8)) b = Shape{other};
  if (draw.one_in(30)) a = draw.shape();
  return {"matmul",
          {Draw::tamed(a), Draw::tamed(b)},
          fmt::format("transposed {} {}", options.transpose_a, options.transpose_b),
          [=](Tensors x) { return matmul(x[0], x[1], options); },
          [=](Plains x) { return plain::matmul(x[0], x[1], options.transpose_a, options.transpose_b); }};
}

inline Call reshape_call(Draw& draw) {
  const Shape shape = draw.shape();
  const auto lengths = draw.other_lengths(shape);
  return {"reshape",
          {shape},
          fmt::format("to {}", lengths),
          [=](Tensors x) { return reshape(x[0], view(lengths)); },
          [=](Plains x) { return plain::reshape(x[0], lengths); }};
}

inline Call permute_call(Draw& draw) {
  const Shape shape = draw.shape();
  const auto order = draw.order(shape);
  if (draw.one_in(3))
    return {"transpose",
            {shape},
            "",
            [](Tensors x) { return transpose(x[0]); },
            [](Plains x) { return plain::transpose(x[0]); }};
  return {"permute",
          {shape},
          fmt::format("{}", order),
          [=](Tensors x) { return permute(x[0], view(order)); },
          [=](Plains x) { return plain::permute(x[0], order); }};
}

inline Call slice_call(Draw& draw) {
  const Shape shape = draw.shape();
  const int axis = draw.axis(shape);
  const bool exists = -shape.rank() <= axis && axis < shape.rank();
  const int64_t length = exists ? std::min<int64_t>(shape[axis], 1000) : 3;
  const auto place = [&] { return draw.one_in(20) ? draw.odd_length() : draw.between(-length, length); };
  const int64_t begin = place(), end = place();
  if (axis == 0 && begin >= 0 && end >= 0 && draw.one_in(2))
    return {"rows",
            {shape},
            fmt::format("{}…{}", begin, end),
            [=](Tensors x) { return Tensor(x[0].value().rows(begin, end)); },
            [=](Plains x) { return plain::slice(x[0], 0, begin, end); }};
  return {"slice",
          {shape},
          fmt::format("{}…{} of axis {}", begin, end, axis),
          [=](Tensors x) { return slice(x[0], axis, begin, end); },
          [=](Plains x) { return plain::slice(x[0], axis, begin, end); }};
}

inline Call concat_call(Draw& draw) {
  const Shape shape = draw.shape();
  const int axis = draw.axis(shape);
  const bool exists = -shape.rank() <= axis && axis < shape.rank();
  std::vector<Shape> shapes;
  for (int64_t parts = draw.between(draw.one_in(20) ? 0 : 1, 4); parts > 0; --parts) {
    shapes.push_back(draw.one_in(30) ? draw.partner(shape) : shape);
    if (exists && draw.one_in(3) && shape.count() > 0) shapes.back() = shape.with(axis, draw.between(0, 5));
  }
  return {"concat", shapes, fmt::format("along {}", axis), [=](Tensors x) { return concat(view(x), axis); },
          [=](Plains x) { return plain::concat(x, axis); }};
}

inline Call expand_call(Draw& draw) {
  Shape shape = draw.shape();
  const Shape from = draw.partner(shape);
  if (shape.rank() > 0 && draw.one_in(20)) shape = shape.with(draw.one_in(2) ? 0 : -1, draw.huge());
  return {"expand",
          {from},
          fmt::format("to {}", shape),
          [=](Tensors x) { return expand(x[0], shape); },
          [=](Plains x) { return plain::expand(x[0], shape); }};
}

inline Call rows_call(Draw& draw) {
  const Shape shape = draw.shape();
  const int64_t length = shape.rank() > 0 ? shape[0] : 1,
                rows = draw.one_in(30) ? draw.odd_length() : draw.between(0, 6);
  const auto gathered = draw.ids(draw.between(0, 6), length), scattered = draw.ids(std::min<int64_t>(length, 10), rows);
  if (draw.one_in(2))
    return {"gather_rows",
            {shape},
            fmt::format("{}", gathered),
            [=](Tensors x) { return gather_rows(x[0], gathered); },
            [=](Plains x) { return plain::gather_rows(x[0], gathered); }};
  return {"scatter_rows",
          {shape},
          fmt::format("{} into {}", scattered, rows),
          [=](Tensors x) { return scatter_rows(x[0], scattered, rows); },
          [=](Plains x) { return plain::scatter_rows(x[0], scattered, rows); }};
}

inline Call where_call(Draw& draw) {
  const Shape shape = draw.shape(), a = draw.partner(shape), b = draw.partner(shape), of_mask = draw.partner(shape);
  const std::vector<float> values = draw.values(of_mask.count());
  const Array mask = Array::of(of_mask, values);
  const plain::Numbers numbers{of_mask, {values.begin(), values.end()}};
  if (draw.one_in(2))
    return {"where",
            {a, b},
            fmt::format("mask {}", of_mask),
            [=](Tensors x) { return where(mask, x[0], x[1]); },
            [=](Plains x) { return plain::where(numbers, x[0], x[1]); }};
  return {"masked",
          {a},
          fmt::format("mask {}", of_mask),
          [=](Tensors x) { return masked(x[0], mask, 3); },
          [=](Plains x) {
            return plain::where(numbers, {Shape{}, {3}}, x[0]);
          }};
}

inline Call any_call(Draw& draw) {
  static Call (*const calls[])(Draw&) = {function_call, arithmetic_call, reduction_call, softmax_call,
                                         matmul_call,   reshape_call,    permute_call,   slice_call,
                                         concat_call,   expand_call,     rows_call,      where_call};
  return calls[draw.below(std::ssize(calls))](draw);
}

}  // namespace bertlet
