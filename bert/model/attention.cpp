#include "bert/model/attention.h"

#include "core/ops.h"

namespace bertlet::bert {

Attention::Attention(const Config& config, Relative positions, std::vector<int64_t> h)
    : attend({.hidden = config.hidden_size,
              .heads = static_cast<int64_t>(h.size()),
              .head_size = config.head_size(),
              .memory = config.hidden_size}),
      norm(config.hidden_size, static_cast<real>(config.layer_norm_eps)),
      dropout{static_cast<real>(config.attention_output_dropout())},
      heads(std::move(h)) {
  attend.dropout = static_cast<real>(config.attention_probs_dropout_prob);
  if (positions != Relative::none) attend.use_relative(positions, config.max_position_embeddings);
}

Attended Attention::operator()(const Tensor& x, const Spans& from, const Tensor& memory, const Spans& to, Pass& pass,
                               const AttentionOptions& options, Probabilities probabilities) const {
  Attended attended;
  if (probabilities == Probabilities::keep)
    attended = attend.with_probabilities(x, from, memory, to, pass, options);
  else
    attended.y = attend(x, from, memory, to, pass, options);
  attended.y = norm(attended.y, x, dropout, pass);  // [N, H]
  return attended;
}

Tensor Attention::of_heads(const Tensor& head_mask) const {
  if (!head_mask || head_mask.shape()[0] == attend.heads) return head_mask;
  return reshape(gather_rows(reshape(head_mask, {-1, 1}), heads), {attend.heads});
}

}  // namespace bertlet::bert
