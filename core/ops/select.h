#pragma once
#include "core/autograd.h"

namespace bertlet {

// yes where the mask is not zero, no where it is zero, all three broadcasting. What is not chosen does not count: an
// infinity or NaN there stays there, in the value and in the gradient.
Tensor where(const Array& mask, const Tensor& yes, const Tensor& no);

// x with `value` put where the mask is not zero: attention scores with −∞ where nobody may look.
Tensor masked(const Tensor& x, const Array& mask, real value);

}  // namespace bertlet
