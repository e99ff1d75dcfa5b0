#include "core/array.h"

#include <algorithm>
#include <atomic>

#include "core/kernels/arithmetic.h"
#include "core/memory.h"
#include "core/pages.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr std::size_t large = 1 << 20;  // bytes, from which on zeros are worth pages of their own

std::shared_ptr<real> pooled(const Shape& shape, const char* who) {
  constexpr int64_t limit = (int64_t{1} << 60) / static_cast<int64_t>(sizeof(real));
  const std::size_t bytes = to_size(std::min(shape.count(), limit)) * sizeof(real);
  auto* memory = static_cast<real*>(take_memory(bytes));
  require(memory != nullptr, "{}: no memory for {} ({:.3g} GB)", who, shape, static_cast<double>(bytes) * 1e-9);
  return {memory, [bytes](real* block) { give_memory(block, bytes); }};
}

}  // namespace

Array::Array(const Shape& shape, const char* who) : shape_(shape), data_(pooled(shape, who)) {}

Array Array::filled(const Shape& shape, real value, const char* who) {
  Array a(shape, who);
  parallel_for(a.size(), 1 << 16,
               [&](int64_t begin, int64_t end) { arithmetic().fill(value, a.data() + begin, end - begin); });
  return a;
}

Array Array::zeros(const Shape& shape, const char* who) {
  const std::size_t bytes = to_size(shape.count()) * sizeof(real);
  const bool worth_it = bytes >= large && shape.count() < Shape::too_large / static_cast<int64_t>(sizeof(real));
  const std::shared_ptr<Pages> pages = worth_it ? Pages::of_zeros(bytes) : nullptr;
  return pages ? over(shape, reinterpret_cast<real*>(pages->data()), pages) : filled(shape, 0, who);
}

Array Array::over(const Shape& shape, real* data, std::shared_ptr<void> owner) {
  return {shape, std::shared_ptr<real>(std::move(owner), data)};
}

Array Array::of(const Shape& shape, std::span<const real> values) {
  require(shape.count() == static_cast<int64_t>(values.size()), "Array::of: got {} values, want {} for {}",
          values.size(), shape.count(), shape);
  Array a(shape, "Array::of");
  std::ranges::copy(values, a.data());
  return a;
}

Array Array::rows(int64_t begin, int64_t end) const {
  require(shape_.rank() > 0, "rows: got a single number, want at least one axis");
  require(0 <= begin && begin <= end && end <= shape_[0], "rows: got {}…{}, want a range within {}", begin, end,
          shape_);
  Array part = *this;
  part.shape_ = shape_.with(0, end - begin);
  part.data_ = {data_, data_.get() + begin * shape_.without(0).count()};
  return part;
}

Array Array::shaped(const Shape& shape) const& { return Array(*this).shaped(shape); }

Array Array::shaped(const Shape& shape) && {
  require(shape.count() == size(), "reshape: got {} for {}, want as many elements", shape, shape_);
  shape_ = shape;
  return std::move(*this);
}

Array Array::clone() const {
  Array copy(shape_, "clone");
  parallel_for(size(), 1 << 16,
               [&](int64_t begin, int64_t end) { std::copy(data() + begin, data() + end, copy.data() + begin); });
  return copy;
}

bool Array::sole_holder() const {
  if (data_.use_count() != 1) return false;
  std::atomic_thread_fence(std::memory_order_acquire);  // whatever another holder read came before it let go
  return true;
}

bool Array::shares_memory(const Array& other) const {
  return data_ && !data_.owner_before(other.data_) && !other.data_.owner_before(data_);
}

std::vector<Array> ArrayWatch::stop() {
  Array::watcher_ = nullptr;
  std::vector<Array> arrays;
  for (const Array* array : seen_) arrays.push_back(*array);
  return arrays;
}

}  // namespace bertlet
