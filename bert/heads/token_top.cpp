#include "bert/heads/token_top.h"

#include <algorithm>

#include "core/joined.h"
#include "core/ops/arithmetic.h"
#include "core/ops/reduce.h"
#include "core/ops/rows.h"
#include "core/require.h"
#include "nn/ops/cross_entropy.h"

namespace bertlet::bert {

namespace {

std::vector<bool> has_label(const std::vector<int64_t>& labels, int64_t ignored) {
  std::vector<bool> has;
  for (const int64_t label : labels) has.push_back(label != ignored);
  return has;
}

// What goes into the linear layer: a row of the encoder, or of both directions.
int64_t read_width(const Config& config, const TokenTopOptions& options) {
  require(options.width >= 0, "{} head: got width {}, want 1 or more, or 0", options.head_on_top, options.width);
  const int64_t usual = std::max<int64_t>(1, config.hidden_size / 2);
  return options.head_on_top == "linear" ? config.hidden_size : 2 * (options.width == 0 ? usual : options.width);
}

std::vector<int64_t> best_of_each(const Array& scores) {
  const int64_t rows = scores.shape()[0], labels = scores.shape()[1];
  std::vector<int64_t> best;
  for (int64_t row = 0; row < rows; ++row) {
    const real* at = scores.data() + row * labels;
    best.push_back(std::max_element(at, at + labels) - at);
  }
  return best;
}

}  // namespace

LabelledRows::LabelledRows(const Batch& batch, const std::vector<bool>& has_label) {
  require(std::ssize(has_label) == batch.rows(), "labelled rows: got {} marks for {} rows", has_label.size(),
          batch.rows());
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < batch.sequences(); ++i) {
    const std::size_t before = rows.size();
    for (int64_t row = batch.spans.begin(i); row < batch.spans.end(i); ++row)
      if (has_label[static_cast<std::size_t>(row)]) rows.push_back(row);
    lengths.push_back(static_cast<int64_t>(rows.size() - before));
  }
  spans = Spans(lengths);
}

LabelledRows::LabelledRows(const Batch& batch, const std::vector<int64_t>& labels, int64_t ignored)
    : LabelledRows(batch, bert::has_label(labels, ignored)) {}

std::vector<std::string> token_top_names() { return {"linear", "lstm", "gru"}; }

TokenTop::TokenTop(const Config& config, const TokenTopOptions& options)
    : states(options.layers, config),
      dropout{config.classifier_rate()},
      classifier(read_width(config, options), config.num_labels()) {
  const std::vector<std::string> names = token_top_names();
  require(std::ranges::find(names, options.head_on_top) != names.end(), "head for tokens: got '{}', want one of: {}",
          options.head_on_top, joined(names, " "));
  const int64_t width = classifier.weight.shape()[1] / 2;
  if (options.head_on_top == "lstm") lstm.emplace(config.hidden_size, width, Directions::two);
  if (options.head_on_top == "gru") gru.emplace(config.hidden_size, width, Directions::two);
  if (options.crf) crf.emplace(config.num_labels());
}

Tensor TokenTop::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  Tensor x = states(encoded);
  if (lstm) x = (*lstm)(x, batch.spans).output;
  if (gru) x = (*gru)(x, batch.spans).output;
  return classifier(dropout(x, pass));
}

Tensor TokenTop::loss(const Tensor& scores, const Batch& batch, const std::vector<int64_t>& labels) const {
  if (!crf) return cross_entropy(scores, labels);
  const LabelledRows labelled(batch, labels);
  std::vector<int64_t> tags;
  for (const int64_t row : labelled.rows) tags.push_back(labels[static_cast<std::size_t>(row)]);
  return -mean(crf->log_likelihood(gather_rows(scores, labelled.rows), std::move(tags), labelled.spans));
}

std::vector<int64_t> TokenTop::decode(const Array& scores, const LabelledRows& rows) const {
  const Array chosen = gathered("token head", scores, rows.rows);
  return crf ? crf->decode(chosen, rows.spans) : best_of_each(chosen);
}

}  // namespace bertlet::bert
