#pragma once
#include "bert/model/config.h"
#include "nn/attention/multi_head_attention.h"
#include "nn/norm/layer_norm.h"

namespace bertlet::bert {

enum class Probabilities { forget, keep };

// The lower half of a layer: every row looks at others, and what it saw is added to it and normed. The formulas are in
// nn/README.md, their computation in nn/attention.
struct Attention {
  MultiHeadAttention attend;  // self.query, self.key, self.value, output.dense
  LayerNorm norm;
  Dropout dropout;
  std::vector<int64_t> heads;  // the numbers of those that are not pruned

  Attention(const Config& config, Relative positions, std::vector<int64_t> heads);

  // x[N, H] looks at the rows of `memory`, which may be x.
  Attended operator()(const Tensor& x, const Spans& from, const Tensor& memory, const Spans& to, Pass& pass,
                      const AttentionOptions& options, Probabilities probabilities) const;

  Tensor of_heads(const Tensor& head_mask) const;  // of a mask for all heads, what it says of those that are left

  void visit(auto&& f) {
    attend.visit(f);
    f("output.LayerNorm", norm);
  }
};

}  // namespace bertlet::bert
