#include "bert/heads/token_heads.h"

#include <algorithm>
#include <limits>

#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

// What goes into the linear layer: a row of the encoder, or of both directions.
int64_t row_width(const Config& config, const HeadOptions& options) {
  require(options.width >= 0, "{} head: got width {}, want 1 or more, or 0", options.kind, options.width);
  const int64_t usual = std::max<int64_t>(1, config.hidden_size / 2);
  return options.kind == "linear" ? config.hidden_size : 2 * (options.width == 0 ? usual : options.width);
}

// The tokens of a batch side by side, [B, T].
struct Rectangle {
  std::vector<int64_t> places;  // [N]: where each row stands
  Array absent;                 // 1 where there is no token

  explicit Rectangle(const Batch& batch) : absent(Array::filled({batch.sequences(), batch.spans.longest()}, 1)) {
    for (int64_t b = 0; b < batch.sequences(); ++b)
      for (int64_t row = batch.spans.begin(b); row < batch.spans.end(b); ++row) {
        places.push_back(b * batch.spans.longest() + row - batch.spans.begin(b));
        if (batch.counts(row)) absent[places.back()] = 0;
      }
  }

  std::vector<int64_t> columns(const std::vector<int64_t>& positions) const {
    const int64_t sequences = absent.shape()[0], length = absent.shape()[1];
    require(std::ssize(positions) == sequences, "question answering: got {} positions, want {}", positions.size(),
            sequences);
    std::vector<int64_t> to;
    for (int64_t b = 0; b < sequences; ++b) {
      const int64_t column = positions[to_size(b)];
      const bool token = 0 <= column && column < length && absent[b * length + column] == 0;
      to.push_back(token ? column : no_label);
    }
    return to;
  }
};

// One of the two scores of each row, [N].
Tensor column_of(const Tensor& scores, int64_t column) {
  return reshape(slice(scores, 1, column, column + 1), {scores.shape()[0]});
}

// Cross-entropy over each sequence's tokens, of scores [N].
Tensor loss_of(const Tensor& scores, const Rectangle& tokens, const std::vector<int64_t>& positions) {
  const Tensor all = scatter_rows(reshape(scores, {scores.shape()[0], 1}), tokens.places, tokens.absent.size());
  const Tensor open =
      masked(reshape(all, tokens.absent.shape()), tokens.absent, -std::numeric_limits<real>::infinity());  // [B, T]
  return cross_entropy(open, tokens.columns(positions));
}

}  // namespace

std::vector<std::string> token_kinds() { return {"linear", "lstm", "gru"}; }

TokenHead::TokenHead(const Config& config, const HeadOptions& options)
    : states(options.layers, config),
      dropout{config.classifier_rate()},
      classifier(row_width(config, options), config.num_labels()) {
  require_one_of("head for tokens", options.kind, token_kinds());
  const int64_t width = classifier.weight.shape()[1] / 2;
  if (options.kind != "linear") recurrent.emplace(options.kind, config.hidden_size, width);
  if (options.crf) crf.emplace(config.num_labels());
}

Scored TokenHead::score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>&) const {
  Tensor x = states(encoded);
  if (recurrent) x = (*recurrent)(x, batch.spans).output;
  const Tensor scores = classifier(dropout(x, pass));  // [N, labels]
  return {.encoded = std::move(encoded), .scores = scores};
}

Tensor TokenHead::loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const {
  if (!crf) return cross_entropy(scored.scores, wanted.labels, wanted.over_classes);
  const LabelledRows labelled(wanted.labels);
  return -mean(
      crf->log_likelihood(gather_rows(scored.scores, labelled.rows), labelled.labels, batch.spans.of(labelled.rows)));
}

std::vector<int64_t> TokenHead::decode(const Scored& scored, const Batch& batch,
                                       const std::vector<int64_t>& labels) const {
  const LabelledRows labelled(labels);
  const Array chosen = gathered("token head", scored.scores.value(), labelled.rows);
  return crf ? crf->decode(chosen, batch.spans.of(labelled.rows)) : argmax_of_rows(chosen);
}

std::vector<InitRule> TokenHead::initial_values() const {
  std::vector<InitRule> rules = first_values();
  rules.push_back({"crf.*transitions", uniform_init(real(-0.1), real(0.1))});
  return rules;
}

Scored AnswerHead::score(Encoded encoded, const Batch&, Pass&, const std::vector<int64_t>&) const {
  const Tensor scores = qa_outputs(encoded.last_hidden_state);  // [N, 2]
  return {.encoded = std::move(encoded), .scores = scores};
}

Tensor AnswerHead::loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const {
  const Rectangle tokens(batch);
  const Tensor both = loss_of(column_of(scored.scores, 0), tokens, wanted.starts) +
                      loss_of(column_of(scored.scores, 1), tokens, wanted.ends);
  return both * Tensor(real(0.5));
}

std::vector<NamedScores> AnswerHead::named(const Scored& scored) const {
  return {{"start_logits", column_of(scored.scores, 0), true}, {"end_logits", column_of(scored.scores, 1), true}};
}

}  // namespace bertlet::bert
