#pragma once
#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "core/shape.h"

// What a careless or hostile caller might pass: mostly what fits, now and then what does not.
class Draw {
 public:
  using int64_t = bertlet::int64_t;
  using Shape = bertlet::Shape;
  using Lengths = std::vector<int64_t>;

  explicit Draw(std::uint64_t seed) : numbers_(seed) {}

  int64_t below(int64_t n) { return static_cast<int64_t>(numbers_() % static_cast<std::uint64_t>(n)); }
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }
  bool one_in(int64_t n) { return below(n) == 0; }

  // Small, or with an empty axis and then perhaps with huge ones.
  Shape shape(int least_rank = 0) {
    Lengths lengths;
    int64_t count = 1;
    for (int64_t rank = between(least_rank, Shape::max_rank); rank > 0; --rank) {
      lengths.push_back(count > 64 ? 1 : between(1, 4));
      count *= lengths.back();
    }
    if (lengths.empty() || !one_in(6)) return made(lengths);
    lengths[index(lengths)] = 0;
    for (int64_t& length : lengths)
      if (length != 0 && one_in(6)) length = huge();
    return made(lengths);
  }

  // What broadcasts with `shape`, most of the time.
  Shape partner(const Shape& shape) {
    Lengths lengths(shape.begin(), shape.end());
    if (one_in(3)) lengths.erase(lengths.begin(), lengths.begin() + between(0, shape.rank()));
    for (int64_t& length : lengths) {
      if (one_in(4)) length = 1;
      if (one_in(60)) length = between(0, 5);
    }
    return tamed(made(lengths));
  }

  // One of the axes, named from either end; rarely none of them.
  int axis(const Shape& shape) {
    if (shape.rank() == 0 || one_in(20)) return static_cast<int>(between(-8, 8));
    return static_cast<int>(between(-shape.rank(), shape.rank() - 1));
  }

  std::vector<int> axes(const Shape& shape) {
    std::vector<int> axes;
    for (int axis = 0; axis < shape.rank(); ++axis)
      if (one_in(2)) axes.push_back(one_in(2) ? axis : axis - shape.rank());
    if (one_in(20)) axes.push_back(axis(shape));
    return shuffled(axes);
  }

  std::vector<int> order(const Shape& shape) {
    std::vector<int> axes(bertlet::to_size(shape.rank()));
    std::iota(axes.begin(), axes.end(), 0);
    if (one_in(20)) axes.push_back(axis(shape));
    if (!axes.empty() && one_in(20)) axes[index(axes)] = axis(shape);
    if (!axes.empty() && one_in(20)) axes.pop_back();
    return shuffled(axes);
  }

  // Lengths with as many elements as `shape`, some of them joined, split or left open; rarely something else.
  Lengths other_lengths(const Shape& shape) {
    Lengths lengths(shape.begin(), shape.end());
    while (lengths.size() > 1 && one_in(2)) {
      const std::size_t i = index(lengths);
      if (i == 0 || lengths[i] > 8 || lengths[i - 1] > 1000) continue;
      lengths[i - 1] *= lengths[i];
      lengths.erase(lengths.begin() + static_cast<std::ptrdiff_t>(i));
    }
    while (one_in(3)) lengths.insert(lengths.begin() + between(0, std::ssize(lengths)), 1);
    if (!lengths.empty() && one_in(3)) lengths[index(lengths)] = -1;
    if (!lengths.empty() && one_in(10)) lengths[index(lengths)] = odd_length();
    return lengths;
  }

  std::vector<int64_t> ids(int64_t count, int64_t rows) {
    std::vector<int64_t> ids;
    for (; count > 0 && rows > 0; --count) ids.push_back(below(rows));
    if (!ids.empty() && one_in(12)) ids[index(ids)] = odd_length();
    if (one_in(30)) ids.push_back(odd_length());
    return ids;
  }

  int64_t odd_length() {
    const int64_t odd[] = {-1, -2, 0, 5, huge(), -huge(), Shape::too_large, std::numeric_limits<int64_t>::min()};
    return odd[below(std::ssize(odd))];
  }

  int64_t huge() { return int64_t{1} << (one_in(2) ? 40 : 62); }

  std::vector<float> values(int64_t count) {
    std::vector<float> values;
    for (; count > 0; --count) values.push_back(static_cast<float>(between(-8, 8)) / 4);
    return values;
  }

  // What can be an input: without the empty axis the huge ones are gone too.
  static Shape tamed(Shape shape) {
    for (int axis = 0; axis < shape.rank() && shape.count() > 4096; ++axis)
      if (shape[axis] > 8) shape = shape.with(axis, 1);
    return shape;
  }

  static Shape made(const Lengths& lengths) { return Shape(std::span<const int64_t>(lengths)); }

 private:
  template <class T>
  std::size_t index(const std::vector<T>& list) {
    return bertlet::to_size(below(std::ssize(list)));
  }

  std::vector<int> shuffled(std::vector<int> list) {
    for (std::size_t i = list.size(); i > 1; --i)
      std::swap(list[i - 1], list[bertlet::to_size(below(static_cast<int64_t>(i)))]);
    return list;
  }

  std::mt19937_64 numbers_;
};
