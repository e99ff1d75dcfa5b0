#pragma once
#include "core/autograd.h"
#include "core/random.h"

namespace bertlet {

// layer_norm(dropout(x, rate, rng) + residual, weight, bias, eps), as at the end of each half of a BERT layer: one
// sweep over memory forward and one backward, where the three would take five and five.
Tensor dropout_add_norm(const Tensor& x, const Tensor& residual, const Tensor& weight, const Tensor& bias, real eps,
                        real rate, const Rng& rng);

}  // namespace bertlet
