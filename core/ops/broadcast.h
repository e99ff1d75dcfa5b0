#pragma once
#include "core/array.h"
#include "core/parallel.h"

namespace bertlet {

// Broadcasting in NumPy's way: axes meet from the right, and a length of 1 (or a missing axis) meets any length.
Shape broadcast(const char* operation, const Shape& a, const Shape& b);

// How K operands lie under a result of a given shape: the result is a sequence of runs, and along a run each operand
// moves by its step, 1 or 0.
template <std::size_t K>
class Walk {
 public:
  using Offsets = std::array<int64_t, K>;

  Walk(const Shape& result, const std::array<const Shape*, K>& operands);

  int64_t run() const { return length_[rank_ - 1]; }
  int64_t runs() const { return runs_; }
  int64_t step(std::size_t operand) const { return stride_[rank_ - 1][operand]; }
  Offsets offsets(int64_t run) const;  // where each operand stands at the start of a run

 private:
  bool merges(std::size_t axis, const Offsets& stride, int64_t length) const;

  // Axes after merging, outermost first; at least one.
  std::array<int64_t, Shape::max_rank + 1> length_;
  std::array<Offsets, Shape::max_rank + 1> stride_;
  std::size_t rank_ = 0;
  int64_t runs_ = 1;
};

// f(offsets of the operands, offset in the result, n) for pieces of runs, on all threads. A piece is a function of the
// shapes alone.
template <std::size_t K, class F>
void for_pieces(const Walk<K>& walk, int64_t grain, const F& f) {
  const int64_t length = walk.run();
  if (length == 0 || walk.runs() == 0) return;
  const auto moved = [&](typename Walk<K>::Offsets at, int64_t along) {
    for (std::size_t k = 0; k < K; ++k) at[k] += along * walk.step(k);
    return at;
  };
  if (walk.runs() == 1)
    return parallel_for(length, grain, [&](int64_t begin, int64_t end) { f(moved({}, begin), begin, end - begin); });
  const int64_t piece = std::min(length, grain);
  const int64_t pieces = (length + piece - 1) / piece;
  parallel_for(walk.runs() * pieces, std::max<int64_t>(1, grain / piece), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t run = i / pieces, start = i % pieces * piece;
      f(moved(walk.offsets(run), start), run * length + start, std::min(piece, length - start));
    }
  });
}

// f(a, a's step, b, b's step, i, n) for pieces of a result of this shape, to which a and b broadcast.
template <class F>
void for_pairs(const Shape& result, const Array& a, const Array& b, int64_t grain, const F& f) {
  if (a.shape() == result && b.shape() == result)
    return parallel_for(result.count(), grain, [&](int64_t begin, int64_t end) {
      f(a.data() + begin, 1, b.data() + begin, 1, begin, end - begin);
    });
  const Walk<2> walk(result, {&a.shape(), &b.shape()});
  for_pieces(walk, grain, [&](const auto& at, int64_t i, int64_t n) {
    f(a.data() + at[0], walk.step(0), b.data() + at[1], walk.step(1), i, n);
  });
}

// a repeated until it has `shape`, which it must broadcast to.
Array expanded(const char* operation, const Array& a, const Shape& shape);

// What broadcasting repeated is added up again: the gradient of expanded().
Array reduced_to(const char* operation, Array a, const Shape& shape);

}  // namespace bertlet
