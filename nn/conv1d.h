#pragma once
#include "nn/ops/convolution.h"

namespace bertlet {

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
