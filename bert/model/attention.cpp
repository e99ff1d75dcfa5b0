#include "bert/model/attention.h"

namespace bertlet::bert {

Attention::Attention(const Config& config, Relative positions)
    : look(config.hidden_size, config.num_attention_heads),
      norm(config.hidden_size, static_cast<real>(config.layer_norm_eps)),
      dropout{static_cast<real>(config.hidden_dropout_prob)} {
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

}  // namespace bertlet::bert
