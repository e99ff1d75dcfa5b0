#include "bert/heads/word_head.h"

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

// The labels [N], moved from each row to the one before it in its sequence. A pad predicts nothing.
std::vector<int64_t> next_of(const Batch& batch, const std::vector<int64_t>& labels) {
  std::vector<int64_t> next(labels.size(), no_label);
  for (int64_t b = 0; b < batch.sequences(); ++b)
    for (int64_t row = batch.spans.begin(b); row + 1 < batch.spans.end(b); ++row)
      if (batch.counts(row)) next[to_size(row)] = labels[to_size(row + 1)];
  return next;
}

}  // namespace

Predictions::Predictions(const Model& bert)
    : bias(Tensor::parameter(Array::filled({bert.config.vocab_size}, 0))),
      dense(bert.config.hidden_size, bert.config.hidden_size),
      norm(bert.config.hidden_size, static_cast<real>(bert.config.layer_norm_eps)),
      decoder(bert.embeddings.word_embeddings.weight),
      activation(bert.config.activation()) {
  if (!bert.config.tie_word_embeddings) decoder = Tensor::weight(Array::zeros(decoder.shape()));
}

Tensor Predictions::operator()(const Tensor& x) const {
  return linear(norm(dense(x, activation)), decoder, bias);  // [N, V]
}

Scored WordHead::score(Encoded encoded, const Batch&, Pass&, std::vector<int64_t> rows) const {
  Scored to{.encoded = std::move(encoded), .rows = std::move(rows)};
  const Tensor& states = to.encoded.last_hidden_state;
  to.scores = predictions(to.rows.empty() ? states : gather_rows(states, to.rows));
  return to;
}

std::vector<int64_t> WordHead::words_of(const Batch& batch, const Wanted& wanted) const {
  require(std::ssize(wanted.labels) == batch.rows(), "words: got {} labels, want one for each of {} rows",
          wanted.labels.size(), batch.rows());
  return which == WhichWord::here ? wanted.labels : next_of(batch, wanted.labels);
}

Tensor WordHead::loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const {
  std::vector<int64_t> words = words_of(batch, wanted);
  if (scored.rows.empty()) return cross_entropy(scored.scores, std::move(words));
  std::vector<int64_t> some;
  for (const int64_t row : scored.rows) some.push_back(words[to_size(row)]);
  return cross_entropy(scored.scores, std::move(some));
}

std::vector<int64_t> WordHead::rows_of(const Batch& batch, const Wanted& wanted) const {
  if (wanted.labels.empty()) return {};
  const LabelledRows labelled(words_of(batch, wanted));
  return labelled.rows.empty() ? std::vector<int64_t>{0} : labelled.rows;
}

}  // namespace bertlet::bert
