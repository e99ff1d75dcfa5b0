#include "bert/heads/classification.h"

#include "core/ops/shaping.h"
#include "core/require.h"
#include "nn/ops/cross_entropy.h"
#include "nn/ops/losses.h"

namespace bertlet::bert {

SequenceClassification::SequenceClassification(const Config& config)
    : bert(config), dropout{config.classifier_rate()}, classifier(config.hidden_size, config.num_labels()) {}

Tensor SequenceClassification::logits(const Encoded& encoded, Pass& pass) const {
  return classifier(dropout(encoded.pooler_output, pass));
}

Tensor SequenceClassification::loss(const Encoded& encoded, const std::vector<int64_t>& classes, Pass& pass) const {
  const Problem named = bert.config.problem_type;
  const bool excluding = named == Problem::inferred ? bert.config.num_labels() > 1 : named == Problem::single_label;
  if (excluding) return cross_entropy(logits(encoded, pass), classes);
  Array values({static_cast<int64_t>(classes.size())});
  for (std::size_t i = 0; i < classes.size(); ++i) values[static_cast<int64_t>(i)] = static_cast<real>(classes[i]);
  return loss(encoded, values, pass);
}

Tensor SequenceClassification::loss(const Encoded& encoded, const Array& values, Pass& pass) const {
  const Problem named = bert.config.problem_type;
  require(named != Problem::single_label, "sequence classification: got numbers for problem_type {}, want classes",
          "single_label_classification");
  const Tensor scores = logits(encoded, pass);  // [B, labels]
  require(values.size() == scores.value().size(), "sequence classification: got {} labels, want one for each of {}",
          values.shape(), scores.shape());
  const Array wanted = values.shaped(scores.shape());
  const bool number = named == Problem::inferred ? bert.config.num_labels() == 1 : named == Problem::regression;
  return number ? mse(scores, wanted) : bce_with_logits(scores, wanted);
}

MultipleChoice::MultipleChoice(const Config& config)
    : bert(config), dropout{config.classifier_rate()}, classifier(config.hidden_size, 1) {}

Tensor MultipleChoice::logits(const Encoded& encoded, int64_t choices, Pass& pass) const {
  const int64_t sequences = encoded.pooler_output.shape()[0];
  require(choices > 0 && sequences % choices == 0, "multiple choice: got {} sequences for {} choices", sequences,
          choices);
  return reshape(classifier(dropout(encoded.pooler_output, pass)), {sequences / choices, choices});
}

Tensor MultipleChoice::loss(const Encoded& encoded, int64_t choices, const std::vector<int64_t>& labels,
                            Pass& pass) const {
  return cross_entropy(logits(encoded, choices, pass), labels);
}

TokenClassification::TokenClassification(const Config& config)
    : bert(config, WithPooler::no),
      dropout{config.classifier_rate()},
      classifier(config.hidden_size, config.num_labels()) {}

Tensor TokenClassification::logits(const Encoded& encoded, Pass& pass) const {
  return classifier(dropout(encoded.last_hidden_state, pass));
}

Tensor TokenClassification::loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& labels,
                                 Pass& pass) const {
  return cross_entropy(logits(encoded, pass), pack_labels(batch, labels));
}

}  // namespace bertlet::bert
