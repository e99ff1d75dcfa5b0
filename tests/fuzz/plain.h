#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "core/shape.h"

// The operations once more, one element at a time and in double: what a call must give, or that it must be refused.
// Nothing here is shared with the library but Shape.
namespace plain {

using bertlet::int64_t;
using bertlet::Shape;
using Index = std::vector<int64_t>;
using Lengths = std::vector<int64_t>;

struct Refused {};   // the call is wrong
struct TooLarge {};  // the result does not fit into any machine

struct Numbers {
  Shape shape;
  std::vector<double> values;
};

inline void refuse_unless(bool condition) {
  if (!condition) throw Refused{};
}

inline Shape shape_of(const Lengths& lengths) {
  refuse_unless(lengths.size() <= Shape::max_rank && std::ranges::all_of(lengths, [](int64_t n) { return n >= 0; }));
  return Shape(std::span<const int64_t>(lengths));
}
inline Lengths lengths_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

inline void check_room(const Shape& shape) {
  if (shape.count() > int64_t{1} << 27) throw TooLarge{};
}

// f(index) for every element in order.
template <class F>
Numbers make(const Shape& shape, const F& f) {
  check_room(shape);
  Numbers y{shape, {}};
  Index at(bertlet::to_size(shape.rank()), 0);
  for (int64_t i = 0; i < shape.count(); ++i) {
    y.values.push_back(f(std::as_const(at)));
    for (std::size_t axis = at.size(); axis-- > 0;) {
      if (++at[axis] < shape[static_cast<int>(axis)]) break;
      at[axis] = 0;
    }
  }
  return y;
}

inline int64_t offset_of(const Shape& shape, const Index& at) {
  int64_t offset = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) offset = offset * shape[axis] + at[bertlet::to_size(axis)];
  return offset;
}

// The element that broadcasting puts at an index of the result.
inline double read(const Numbers& x, const Index& at) {
  Index own(at.end() - x.shape.rank(), at.end());
  for (int axis = 0; axis < x.shape.rank(); ++axis)
    if (x.shape[axis] == 1) own[bertlet::to_size(axis)] = 0;
  return x.values[bertlet::to_size(offset_of(x.shape, own))];
}

inline int axis_of(const Shape& shape, int axis) {
  refuse_unless(-shape.rank() <= axis && axis < shape.rank());
  return axis < 0 ? axis + shape.rank() : axis;
}

inline Shape joined(const Shape& a, const Shape& b) {
  Lengths lengths;
  for (int back = 1; back <= std::max(a.rank(), b.rank()); ++back) {
    const int64_t of_a = back <= a.rank() ? a[-back] : 1, of_b = back <= b.rank() ? b[-back] : 1;
    refuse_unless(of_a == of_b || of_a == 1 || of_b == 1);
    lengths.insert(lengths.begin(), of_a == 1 ? of_b : of_a);
  }
  return shape_of(lengths);
}

inline Numbers map(const Numbers& x, const std::function<double(double)>& f) {
  Numbers y = x;
  std::ranges::transform(y.values, y.values.begin(), f);
  return y;
}

inline Numbers combine(const Numbers& a, const Numbers& b, const std::function<double(double, double)>& f) {
  return make(joined(a.shape, b.shape), [&](const Index& at) { return f(read(a, at), read(b, at)); });
}

inline Numbers where(const Numbers& mask, const Numbers& yes, const Numbers& no) {
  return make(joined(mask.shape, joined(yes.shape, no.shape)),
              [&](const Index& at) { return read(mask, at) != 0 ? read(yes, at) : read(no, at); });
}

enum class Fold { sum, mean, max };

// Over the named axes, each named once; they stay with length 1 if kept.
inline Numbers reduce(const Numbers& x, const std::vector<int>& axes, bool keep, Fold fold) {
  Lengths kept = lengths_of(x.shape), dropped;
  std::vector<bool> named(kept.size());
  double n = 1;
  for (const int axis : axes) {
    const auto a = bertlet::to_size(axis_of(x.shape, axis));
    refuse_unless(!named[a]);
    named[a] = true;
    n *= static_cast<double>(kept[a]);
    kept[a] = 1;
  }
  refuse_unless(fold == Fold::sum || n > 0);
  for (std::size_t a = 0; a < kept.size(); ++a)
    if (keep || !named[a]) dropped.push_back(kept[a]);
  const double start = fold == Fold::max ? -std::numeric_limits<double>::infinity() : 0;
  Numbers y = make(shape_of(kept), [&](const Index&) { return start; });
  make(x.shape, [&](const Index& at) {
    Index to = at;
    for (std::size_t a = 0; a < to.size(); ++a) to[a] = named[a] ? 0 : at[a];
    double& total = y.values[bertlet::to_size(offset_of(y.shape, to))];
    total = fold == Fold::max ? std::max(total, read(x, at)) : total + read(x, at) / (fold == Fold::mean ? n : 1);
    return 0;
  });
  return {shape_of(dropped), y.values};
}

inline std::vector<int> all_axes(const Shape& shape) {
  std::vector<int> axes;
  for (int axis = 0; axis < shape.rank(); ++axis) axes.push_back(axis);
  return axes;
}

inline Numbers softmax(const Numbers& x, int axis, bool logarithm) {
  axis_of(x.shape, axis);
  if (x.shape.count() == 0) return x;
  const Numbers e = combine(x, reduce(x, {axis}, true, Fold::max), [](double a, double m) { return std::exp(a - m); });
  const Numbers y = combine(e, reduce(e, {axis}, true, Fold::sum), std::divides{});
  return logarithm ? map(y, [](double p) { return std::log(p); }) : y;
}

inline Numbers permute(const Numbers& x, const std::vector<int>& axes) {
  refuse_unless(std::ssize(axes) == x.shape.rank());
  Lengths lengths;
  std::vector<int> order, sorted;
  for (const int axis : axes) order.push_back(axis_of(x.shape, axis));
  sorted = order;
  std::ranges::sort(sorted);
  refuse_unless(std::ranges::adjacent_find(sorted) == sorted.end());
  for (const int axis : order) lengths.push_back(x.shape[axis]);
  return make(shape_of(lengths), [&](const Index& at) {
    Index from(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) from[bertlet::to_size(order[i])] = at[i];
    return x.values[bertlet::to_size(offset_of(x.shape, from))];
  });
}

inline Numbers transpose(const Numbers& x) {
  refuse_unless(x.shape.rank() >= 2);
  std::vector<int> axes = all_axes(x.shape);
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return permute(x, axes);
}

inline Numbers reshape(const Numbers& x, Lengths lengths) {
  if (const auto open = std::ranges::find(lengths, -1); open != lengths.end()) {
    *open = 1;
    const int64_t rest = shape_of(lengths).count();
    refuse_unless(rest > 0 && x.shape.count() % rest == 0);
    *open = x.shape.count() / rest;
  }
  refuse_unless(shape_of(lengths).count() == x.shape.count());
  return {shape_of(lengths), x.values};
}

inline Numbers slice(const Numbers& x, int axis, int64_t begin, int64_t end) {
  axis = axis_of(x.shape, axis);
  const int64_t length = x.shape[axis];
  const int64_t from = begin < 0 ? begin + length : begin, to = end < 0 ? end + length : end;
  refuse_unless(0 <= from && from <= to && to <= length);
  return make(x.shape.with(axis, to - from), [&](Index at) {
    at[bertlet::to_size(axis)] += from;
    return x.values[bertlet::to_size(offset_of(x.shape, at))];
  });
}

inline Numbers concat(const std::vector<Numbers>& parts, int axis) {
  refuse_unless(!parts.empty());
  const Shape first = parts[0].shape;
  axis = axis_of(first, axis);
  int64_t length = 0;
  for (const Numbers& part : parts) {
    refuse_unless(part.shape.rank() == first.rank() && part.shape.with(axis, 0) == first.with(axis, 0));
    refuse_unless(part.shape[axis] <= std::numeric_limits<int64_t>::max() - length);
    length += part.shape[axis];
  }
  return make(first.with(axis, length), [&](Index at) {
    int64_t& place = at[bertlet::to_size(axis)];
    std::size_t i = 0;
    for (; place >= parts[i].shape[axis]; ++i) place -= parts[i].shape[axis];
    return parts[i].values[bertlet::to_size(offset_of(parts[i].shape, at))];
  });
}

inline Numbers expand(const Numbers& x, const Shape& shape) {
  refuse_unless(joined(x.shape, shape) == shape);
  return make(shape, [&](const Index& at) { return read(x, at); });
}

inline Numbers gather_rows(const Numbers& table, const std::vector<int64_t>& ids) {
  refuse_unless(table.shape.rank() > 0);
  for (const int64_t id : ids) refuse_unless(0 <= id && id < table.shape[0]);
  return make(table.shape.with(0, std::ssize(ids)), [&](Index at) {
    at[0] = ids[bertlet::to_size(at[0])];
    return table.values[bertlet::to_size(offset_of(table.shape, at))];
  });
}

inline Numbers scatter_rows(const Numbers& x, const std::vector<int64_t>& ids, int64_t rows) {
  refuse_unless(x.shape.rank() > 0 && x.shape[0] == std::ssize(ids) && rows >= 0);
  for (const int64_t id : ids) refuse_unless(0 <= id && id < rows);
  Numbers y = make(x.shape.with(0, rows), [](const Index&) { return 0; });
  make(x.shape, [&](Index at) {
    const double value = x.values[bertlet::to_size(offset_of(x.shape, at))];
    at[0] = ids[bertlet::to_size(at[0])];
    y.values[bertlet::to_size(offset_of(y.shape, at))] += value;
    return 0;
  });
  return y;
}

inline Numbers matmul(Numbers a, Numbers b, bool transpose_a, bool transpose_b) {
  refuse_unless(a.shape.rank() > 0 && b.shape.rank() > 0);
  const bool row = a.shape.rank() == 1, column = b.shape.rank() == 1;
  if (row) a.shape = Shape{1, a.shape[0]};
  if (column) b.shape = Shape{b.shape[0], 1};
  if (transpose_a && !row) a = transpose(a);
  if (transpose_b && !column) b = transpose(b);
  const int64_t depth = a.shape[-1];
  refuse_unless(b.shape[-2] == depth);
  Lengths lengths =
      lengths_of(joined(Shape(a.shape.first(a.shape.rank() - 2)), Shape(b.shape.first(b.shape.rank() - 2))));
  lengths.insert(lengths.end(), {a.shape[-2], b.shape[-1]});
  Numbers y = make(shape_of(lengths), [&](const Index& at) {
    Index left = at, right = at;
    double total = 0;
    for (int64_t k = 0; k < depth; ++k) {
      left.back() = right[right.size() - 2] = k;
      total += read(a, left) * read(b, right);
    }
    return total;
  });
  if (column) lengths.pop_back();
  if (row) lengths.erase(lengths.end() - (column ? 1 : 2));
  return {shape_of(lengths), y.values};
}

}  // namespace plain
