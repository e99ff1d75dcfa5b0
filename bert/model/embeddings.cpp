#include "bert/model/embeddings.h"

#include "core/ops.h"

namespace bertlet::bert {

Embeddings::Embeddings(const Config& config)
    : word_embeddings(config.vocab_size, config.hidden_size, {.padding = config.pad_token_id}),
      position_embeddings(config.max_position_embeddings, config.hidden_size),
      norm(config.hidden_size, static_cast<real>(config.layer_norm_eps)),
      dropout{static_cast<real>(config.hidden_dropout_prob)},
      absolute(config.position_embedding_type == Relative::none) {
  if (config.type_vocab_size > 0) token_type_embeddings.emplace(config.type_vocab_size, config.hidden_size);
}

Tensor Embeddings::operator()(const Batch& batch, Pass& pass) const {
  require_ids("input_ids", batch.ids, word_embeddings.weight.shape()[0]);
  if (token_type_embeddings) require_ids("token_type_ids", batch.token_types, token_type_embeddings->weight.shape()[0]);
  if (absolute) require_ids("position_ids", batch.positions, position_embeddings.weight.shape()[0]);
  Tensor x = batch.embeddings ? batch.embeddings : word_embeddings(batch.ids);  // [N, H]
  if (token_type_embeddings) x = x + (*token_type_embeddings)(batch.token_types);
  if (absolute) x = x + position_embeddings(batch.positions);
  return dropout(norm(x), pass);
}

}  // namespace bertlet::bert
