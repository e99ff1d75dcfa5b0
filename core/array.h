#pragma once
#include <atomic>
#include <initializer_list>
#include <span>
#include <vector>

#include "core/ref.h"
#include "core/shape.h"

namespace bertlet {

// The memory behind arrays: this header, then the numbers.
struct alignas(64) Block {
  std::atomic<int64_t> holders{0};
  std::size_t bytes;
};
void hold(Block*);
void let_go(Block*);

// Memory: dense, row-major, 64-byte aligned, pooled. Copying an Array shares its memory; clone() copies it.
// Knows nothing of gradients.
//
//   Array a = Array::of({2, 3}, {1, 2, 3, 4, 5, 6});
//   a.rows(1, 2)        // [[4, 5, 6]], the same memory
class Array {
 public:
  Array() = default;                                           // no memory at all: `if (array)` is false
  explicit Array(const Shape& shape, const char* who = "Array");  // contents arbitrary; `who` is named if there is no room
  static Array filled(const Shape& shape, real value, const char* who = "Array::filled");
  static Array of(const Shape& shape, std::span<const real> values);
  static Array of(const Shape& shape, std::initializer_list<real> values) { return of(shape, std::span(values.begin(), values.size())); }
  static Array number(real value) { return filled({}, value); }

  Array(const Array& other) : shape_(other.shape_), block_(other.block_), data_(other.data_) {
    if (watcher_) watcher_->push_back(this);
  }
  Array(Array&&) noexcept = default;
  Array& operator=(const Array&) = default;
  Array& operator=(Array&&) noexcept = default;
  ~Array() = default;

  const Shape& shape() const { return shape_; }
  int64_t size() const { return shape_.count(); }
  const real* data() const { return data_; }
  real* data() { return data_; }
  real operator[](int64_t i) const { return data_[i]; }
  real& operator[](int64_t i) { return data_[i]; }
  explicit operator bool() const { return data_ != nullptr; }
  std::vector<real> values() const { return {data_, data_ + size()}; }

  Array rows(int64_t begin, int64_t end) const;  // a range of the first axis, on the same memory
  Array shaped(const Shape& shape) const;        // the same numbers on the same memory under another shape
  Array clone() const;
  bool sole_holder() const { return block_ && block_->holders.load(std::memory_order_acquire) == 1; }
  bool shares_memory(const Array& other) const { return block_ && block_.get() == other.block_.get(); }

 private:
  friend class ArrayWatch;
  static inline constinit thread_local std::vector<const Array*>* watcher_ = nullptr;

  Shape shape_{0};
  Ref<Block> block_;
  real* data_ = nullptr;
};

// Sees every Array copied in this thread until stop(): copying a closure under a watch tells what it captured.
class ArrayWatch {
 public:
  ArrayWatch() { Array::watcher_ = &seen_; }
  ~ArrayWatch() { Array::watcher_ = nullptr; }
  ArrayWatch(const ArrayWatch&) = delete;
  ArrayWatch& operator=(const ArrayWatch&) = delete;

  std::vector<Array> stop();

 private:
  std::vector<const Array*> seen_;
};

}  // namespace bertlet
