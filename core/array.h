#pragma once
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "core/count.h"
#include "core/ref.h"
#include "core/shape.h"

namespace bertlet {

// The memory behind arrays: this header, then the numbers, aligned to 64 bytes unless all fit into the header's own
// line.
struct Block {
  Count holders;
  std::size_t bytes;  // 0: the numbers are elsewhere, in memory that is another's
};
void hold_block(Block*);
void let_go_block(Block*);
using BlockRef = Ref<Block, hold_block, let_go_block>;

struct Storage {
  BlockRef block;
  real* data = nullptr;

  bool sole_holder() const { return block && block->holders.is_one(); }
};

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

  Array(const Shape& shape, Storage storage) : shape_(shape), storage_(std::move(storage)) {}
  Array(const Array& other) : shape_(other.shape_), storage_(other.storage_) {
    if (watcher_) watcher_->push_back(this);
  }
  Array(Array&&) noexcept = default;
  Array& operator=(const Array&) = default;
  Array& operator=(Array&&) noexcept = default;
  ~Array() = default;

  const Shape& shape() const { return shape_; }
  int64_t size() const { return shape_.count(); }
  const real* data() const { return storage_.data; }
  real* data() { return storage_.data; }
  real operator[](int64_t i) const { return storage_.data[i]; }
  real& operator[](int64_t i) { return storage_.data[i]; }
  explicit operator bool() const { return storage_.data != nullptr; }
  std::vector<real> values() const { return {data(), data() + size()}; }

  Array rows(int64_t begin, int64_t end) const;  // a range of the first axis, on the same memory
  Array shaped(const Shape& shape) const&;       // the same numbers on the same memory under another shape
  Array shaped(const Shape& shape) &&;
  Array clone() const;
  void leave_memory();  // what stays is the shape, and the address where others hold the memory too
  bool sole_holder() const { return storage_.sole_holder(); }
  bool shares_memory(const Array& other) const {
    return storage_.block && storage_.block.get() == other.storage_.block.get();
  }
  Storage take_storage() && { return std::move(storage_); }

 private:
  friend class ArrayWatch;
  static inline constinit thread_local std::vector<const Array*>* watcher_ = nullptr;

  Shape shape_{0};
  Storage storage_;
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
