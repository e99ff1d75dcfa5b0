#pragma once
#include "core/autograd.h"

namespace bertlet {

enum class Keep { no, yes };  // whether a reduced axis stays, with length 1

// Over all elements, over one axis, or over several. Axes count from the front, or from the end with −1, −2, …
Tensor sum(const Tensor& x);
Tensor sum(const Tensor& x, int axis, Keep keep = Keep::no);
Tensor sum(const Tensor& x, std::initializer_list<int> axes, Keep keep = Keep::no);
Tensor sum(const Tensor& x, std::span<const int> axes, Keep keep);

Tensor mean(const Tensor& x);
Tensor mean(const Tensor& x, int axis, Keep keep = Keep::no);
Tensor mean(const Tensor& x, std::initializer_list<int> axes, Keep keep = Keep::no);
Tensor mean(const Tensor& x, std::span<const int> axes, Keep keep);

// The gradient goes to the first of several equal maxima. A NaN is a maximum.
Tensor max(const Tensor& x);
Tensor max(const Tensor& x, int axis, Keep keep = Keep::no);

// The plain sum on arrays: the named axes stay, with length 1. In fixed blocks, so that the bits do not depend on the
// number of threads.
Array summed(const char* operation, const Array& x, const std::array<bool, Shape::max_rank>& axes);

}  // namespace bertlet
