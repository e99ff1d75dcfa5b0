#include "bert/heads/choice_head.h"

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

ChoiceHead::ChoiceHead(const Config& config, const LossOptions& loss)
    : dropout{config.classifier_rate()}, classifier(config.hidden_size, 1), loss_options(cross_entropy_options(loss)) {}

Scored ChoiceHead::score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>&) const {
  const bool alone = batch.groups.count() == 0;
  const int64_t examples = alone ? batch.sequences() : batch.groups.count();
  const int64_t choices = alone ? 1 : batch.groups.longest();
  require(batch.sequences() == examples * choices, "multiple choice: got {} sequences for {} examples of {} choices",
          batch.sequences(), examples, choices);
  const Tensor scores = classifier(dropout(encoded.pooler_output, pass));
  return {.encoded = std::move(encoded), .scores = reshape(scores, {examples, choices})};
}

Tensor ChoiceHead::loss(const Scored& scored, const Batch&, const Wanted& wanted) const {
  return cross_entropy(scored.scores, wanted.labels, loss_options);
}

}  // namespace bertlet::bert
