#pragma once
#include "core/autograd.h"
#include "nn/spans.h"

namespace bertlet {

// What happens at a sequence's ends: same pads with rows of zeros, so that as many rows come out as go in, and valid
// gives a row only where the whole kernel meets rows of the sequence.
enum class Ends { same, valid };

// The sequences that a convolution makes; under valid, one shorter than the kernel becomes empty.
Spans convolved(const Spans& spans, int64_t kernel, Ends ends);

// y[t] = bias + Σ_j weight[:, :, j] x[t + j − before] along each sequence, where `before` is (kernel − 1) / 2 rounded
// down under same, as PyTorch pads, and 0 under valid. x is [N, in], weight [out, in, kernel] and bias [out].
Tensor conv1d(const Tensor& x, const Spans& spans, const Tensor& weight, const Tensor& bias, Ends ends = Ends::same);

}  // namespace bertlet
