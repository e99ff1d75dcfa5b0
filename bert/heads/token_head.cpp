#include "bert/heads/token_head.h"

#include <algorithm>

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

}  // namespace

std::vector<std::string> token_kinds() { return {"linear", "lstm", "gru"}; }

TokenHead::TokenHead(const Config& config, const HeadOptions& options)
    : states(options.layers, config),
      dropout{config.classifier_rate()},
      classifier(row_width(config, options), config.num_labels()) {
  const std::vector<std::string> names = token_kinds();
  require(std::ranges::find(names, options.kind) != names.end(), "head for tokens: got '{}', want one of: {}",
          options.kind, joined(names, " "));
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
      crf->log_likelihood(gather_rows(scored.scores, labelled.rows), labelled.labels, labelled.spans(batch.spans)));
}

std::vector<int64_t> TokenHead::decode(const Scored& scored, const Batch& batch,
                                       const std::vector<int64_t>& labels) const {
  const LabelledRows labelled(labels);
  const Array chosen = gathered("token head", scored.scores.value(), labelled.rows);
  return crf ? crf->decode(chosen, labelled.spans(batch.spans)) : argmax_of_rows(chosen);
}

std::vector<InitRule> TokenHead::initial_values() const {
  std::vector<InitRule> rules = first_values();
  rules.push_back({"crf.*transitions", uniform_init(real(-0.1), real(0.1))});
  return rules;
}

}  // namespace bertlet::bert
