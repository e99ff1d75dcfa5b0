#include "bert/io/formats/stored_tensor.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/finite.h"
#include "core/parallel.h"

namespace bertlet::io {

namespace {

constexpr int64_t grain = 1 << 16;
constexpr std::size_t small = 1 << 16;  // bytes, up to which copying costs less than pages

Array copy_of(const StoredTensor& tensor, const std::byte* from) {
  Array array(tensor.shape, "checkpoint");
  const auto width = static_cast<int64_t>(info(tensor.type).bytes);
  parallel_for(array.size(), grain, [&](int64_t begin, int64_t end) {
    to_real(tensor.type, from + begin * width, end - begin, array.data() + begin);
  });
  return array;
}

Array scaled(Array numbers, const Array& scales) {
  const int64_t width = numbers.size() / std::max<int64_t>(1, scales.size());
  parallel_for(scales.size(), 1 + grain / std::max<int64_t>(1, width), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin * width; i < end * width; ++i) numbers[i] *= scales[i / width];
  });
  return numbers;
}

// Where the number with this index in row-major order is.
int64_t place_of(const StoredTensor& tensor, int64_t index) {
  int64_t place = 0;
  for (int axis = tensor.shape.rank() - 1; axis >= 0; --axis) {
    place += index % tensor.shape[axis] * tensor.strides[to_size(axis)];
    index /= tensor.shape[axis];
  }
  return place;
}

}  // namespace

std::vector<std::byte> StoredTensor::in_rows() const {
  std::vector<std::byte> rows(bytes());
  const auto width = static_cast<int64_t>(info(type).bytes);
  parallel_for(shape.count(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      std::copy_n(data() + place_of(*this, i) * width, width, rows.data() + i * width);
  });
  return rows;
}

Array StoredTensor::array() const {
  if (scales) return scaled(copy_of(*this, data()), scales->array());
  if (!strides.empty()) return copy_of(*this, in_rows().data());
  const bool as_it_is = type == real_type && offset % alignof(real) == 0 && bytes() > small;
  const std::shared_ptr<Pages> pages = as_it_is ? file->own_pages(offset, bytes()) : nullptr;
  return pages ? Array::over(shape, reinterpret_cast<real*>(pages->data()), pages) : copy_of(*this, data());
}

Array StoredTensor::finite_array() const {
  Array numbers = array();
  require_finite(numbers, fmt::format("{}: {}", file->name(), name));
  return numbers;
}

}  // namespace bertlet::io
