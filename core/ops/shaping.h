#pragma once
#include "core/autograd.h"

namespace bertlet {

Tensor reshape(const Tensor& x, std::initializer_list<int64_t> lengths);  // one length may be −1: what is left over
Tensor reshape(const Tensor& x, std::span<const int64_t> lengths);
Tensor reshape(const Tensor& x, const Shape& shape);

Tensor permute(const Tensor& x, std::initializer_list<int> axes);  // axis i of the result is axis axes[i] of x
Tensor permute(const Tensor& x, std::span<const int> axes);
Tensor transpose(const Tensor& x);  // the last two axes change places

Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end);  // negative positions count from the end
Tensor concat(std::span<const Tensor> parts, int axis);
Tensor concat(std::initializer_list<Tensor> parts, int axis);
Tensor expand(const Tensor& x, const Shape& shape);  // repeated by broadcasting

// On arrays.
Array permuted(const char* operation, const Array& x, std::span<const int> axes);
Array with_axis_last(const char* operation, const Array& x, int axis);
Array with_last_axis_at(const char* operation, const Array& x, int axis);  // undoes with_axis_last

}  // namespace bertlet
