#pragma once
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/shape.h"

namespace bertlet {

// Memory: dense, row-major, pooled. Copying an Array shares its memory; clone() copies it. Knows nothing of gradients.
//
//   Array a = Array::of({2, 3}, {1, 2, 3, 4, 5, 6});
//   a.rows(1, 2)        // [[4, 5, 6]], the same memory
class Array {
 public:
  Array() = default;  // no memory at all: `if (array)` is false
  explicit Array(const Shape& shape,
                 const char* who = "Array");  // contents arbitrary; `who` is named if there is no room
  static Array filled(const Shape& shape, real value, const char* who = "Array::filled");
  static Array of(const Shape& shape, std::span<const real> values);
  static Array of(const Shape& shape, std::initializer_list<real> values) {
    return of(shape, std::span(values.begin(), values.size()));
  }
  static Array number(real value) { return filled({}, value); }
  static Array zeros(const Shape& shape, const char* who = "Array::zeros");  // large ones are made as they are touched
  static Array over(const Shape& shape, real* data, std::shared_ptr<void> owner);  // on memory that `owner` keeps

  Array(const Array& other) : shape_(other.shape_), data_(other.data_) {
    if (watcher_) watcher_->push_back(this);
  }
  Array(Array&&) noexcept = default;
  Array& operator=(const Array&) = default;
  Array& operator=(Array&&) noexcept = default;
  ~Array() = default;

  const Shape& shape() const { return shape_; }
  int64_t size() const { return shape_.count(); }
  const real* data() const { return data_.get(); }
  real* data() { return data_.get(); }
  real operator[](int64_t i) const { return data_.get()[i]; }
  real& operator[](int64_t i) { return data_.get()[i]; }
  explicit operator bool() const { return data_ != nullptr; }
  std::vector<real> values() const { return {data(), data() + size()}; }

  Array rows(int64_t begin, int64_t end) const;  // a range of the first axis, on the same memory
  Array shaped(const Shape& shape) const&;       // the same numbers on the same memory under another shape
  Array shaped(const Shape& shape) &&;
  Array clone() const;
  void let_go() { data_.reset(); }  // of the memory; the shape stays
  bool sole_holder() const;         // its memory may be written without anybody else noticing
  bool shares_memory(const Array& other) const;

 private:
  friend class ArrayWatch;
  static inline constinit thread_local std::vector<const Array*>* watcher_ = nullptr;

  Array(const Shape& shape, std::shared_ptr<real> data) : shape_(shape), data_(std::move(data)) {}

  Shape shape_{0};
  std::shared_ptr<real> data_;
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
