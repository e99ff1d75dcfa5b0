#pragma once
#include "core/autograd.h"

namespace bertlet {

Tensor softmax(const Tensor& x, int axis = -1);
Tensor log_softmax(const Tensor& x, int axis = -1);

}  // namespace bertlet
