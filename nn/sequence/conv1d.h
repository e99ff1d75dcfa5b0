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

//   Conv1d trigrams(768, 100, 3);
//   Tensor y = pool(relu(trigrams(x, spans)), spans, Pooling::max);   // x[N, 768] → [B, 100]
struct Conv1d {
  Tensor weight, bias;  // [out, in, kernel] and [out]
  Ends ends;

  Conv1d(int64_t in, int64_t out, int64_t kernel, Ends at_the_ends = Ends::same)
      : weight(Tensor::parameter(Array::filled({out, in, kernel}, 0))),
        bias(Tensor::parameter(Array::filled({out}, 0))),
        ends(at_the_ends) {}

  Tensor operator()(const Tensor& x, const Spans& spans) const { return conv1d(x, spans, weight, bias, ends); }
  Spans convolved(const Spans& spans) const { return bertlet::convolved(spans, weight.shape()[2], ends); }

  void visit(auto&& f) {
    f("weight", weight);
    f("bias", bias);
  }
};

}  // namespace bertlet
