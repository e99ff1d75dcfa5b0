#include "bert/heads/pretraining_head.h"

#include "core/ops.h"

namespace bertlet::bert {

Scored PreTrainingHead::score(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows) const {
  Scored to = words.score(std::move(encoded), batch, pass, std::move(rows));
  to.next = next.seq_relationship(to.encoded.pooler_output);
  return to;
}

PreTrainingHead::Losses PreTrainingHead::losses(const Scored& scored, const Batch& batch, const Wanted& wanted) const {
  return {wanted.labels.empty() ? Tensor() : words.loss(scored, batch, wanted),
          wanted.next.empty() ? Tensor() : cross_entropy(scored.next, wanted.next)};
}

Tensor PreTrainingHead::Losses::sum() const {
  if (words && next) return words + next;
  return words ? words : next;
}

}  // namespace bertlet::bert
