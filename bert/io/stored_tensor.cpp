#include "bert/io/stored_tensor.h"

#include "core/parallel.h"

namespace bertlet::io {

namespace {

constexpr int64_t grain = 1 << 16;
constexpr std::size_t small = 1 << 16;  // bytes, up to which copying costs less than pages

Array copy_of(const StoredTensor& tensor) {
  Array array(tensor.shape, "checkpoint");
  const std::size_t width = info(tensor.type).bytes;
  parallel_for(array.size(), grain, [&](int64_t begin, int64_t end) {
    to_real(tensor.type, tensor.data() + static_cast<std::size_t>(begin) * width, end - begin, array.data() + begin);
  });
  return array;
}

// Number by number, each from its own place.
Array gathered(const StoredTensor& tensor) {
  Array array(tensor.shape, "checkpoint");
  const std::size_t width = info(tensor.type).bytes;
  parallel_for(array.size(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t rest = i, place = 0;
      for (int axis = tensor.shape.rank() - 1; axis >= 0; --axis) {
        place += rest % tensor.shape[axis] * tensor.strides[static_cast<std::size_t>(axis)];
        rest /= tensor.shape[axis];
      }
      to_real(tensor.type, tensor.data() + static_cast<std::size_t>(place) * width, 1, array.data() + i);
    }
  });
  return array;
}

}  // namespace

Array StoredTensor::array() const {
  if (!strides.empty()) return gathered(*this);
  const bool as_it_is = type == real_type && offset % alignof(real) == 0 && bytes() > small;
  const std::shared_ptr<Pages> pages = as_it_is ? file->own_pages(offset, bytes()) : nullptr;
  return pages ? Array::over(shape, reinterpret_cast<real*>(pages->data()), pages) : copy_of(*this);
}

}  // namespace bertlet::io
