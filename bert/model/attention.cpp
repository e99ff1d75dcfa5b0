#include "bert/model/attention.h"

#include "core/ops/rows.h"
#include "core/ops/shaping.h"

namespace bertlet::bert {

Attention::Attention(const Config& config, Relative positions, std::vector<int64_t> h)
    : look({.hidden = config.hidden_size,
            .heads = static_cast<int64_t>(h.size()),
            .head_size = config.head_size(),
            .memory = config.hidden_size}),
      norm(config.hidden_size, static_cast<real>(config.layer_norm_eps)),
      dropout{static_cast<real>(config.attention_output_dropout())},
      heads(std::move(h)) {
  look.dropout = static_cast<real>(config.attention_probs_dropout_prob);
  if (positions != Relative::none) look.use_relative(positions, config.max_position_embeddings);
}

Attended Attention::operator()(const Tensor& x, const Spans& from, const Tensor& memory, const Spans& to, Pass& pass,
                               const AttentionOptions& options, Probabilities probabilities) const {
  Attended seen;
  if (probabilities == Probabilities::keep)
    seen = look.with_probabilities(x, from, memory, to, pass, options);
  else
    seen.y = look(x, from, memory, to, pass, options);
  seen.y = norm(seen.y, x, dropout, pass);  // [N, H]
  return seen;
}

Tensor Attention::of_heads(const Tensor& head_mask) const {
  if (!head_mask || head_mask.shape()[0] == look.heads) return head_mask;
  return reshape(gather_rows(reshape(head_mask, {-1, 1}), heads), {look.heads});
}

}  // namespace bertlet::bert
