#pragma once
#include <vector>

#include "core/tensor.h"

// Short ways to write tensors and read them.
namespace bertlet {

using Values = std::vector<real>;

inline Tensor parameter(const Shape& shape, std::initializer_list<real> values) {
  return Tensor::parameter(Array::of(shape, values));
}
inline Tensor constant(const Shape& shape, std::initializer_list<real> values) { return Array::of(shape, values); }

inline Values values(const Tensor& t) { return t.value().values(); }
inline Values gradient(const Tensor& t) { return t.grad().values(); }

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

}  // namespace bertlet
