#include "bert/heads/sentences.h"

#include "core/ops/arithmetic.h"
#include "nn/ops/cross_entropy.h"

namespace bertlet::bert {

Tensor NextSentence::loss(const Encoded& encoded, const std::vector<int64_t>& labels) const {
  return cross_entropy(logits(encoded), labels);
}

PreTraining::PreTraining(const Config& config)
    : bert(config),
      predictions(config, bert.embeddings.word_embeddings.weight),
      seq_relationship(config.hidden_size, 2) {}

Tensor PreTraining::loss(const Batch& batch, const Encoded& encoded, const Labels& labels) const {
  const Tensor words = predictions.loss(encoded.last_hidden_state, pack_labels(batch, labels.words));
  return words + cross_entropy(seq_relationship_logits(encoded), labels.next);
}

}  // namespace bertlet::bert
