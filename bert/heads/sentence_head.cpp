#include "bert/heads/sentence_head.h"

#include <algorithm>

#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::bert {

namespace {

constexpr const char* last_states = "last";
constexpr int64_t usual_kernels = 100;  // of each width

std::string pool_of(const HeadOptions& options) {
  const std::vector<std::string> names = pools_of(options.kind);
  std::string pool = options.pool.empty() ? names.front() : options.pool;
  require(std::ranges::find(names, pool) != names.end(), "{} head: got pool '{}', want one of: {}", options.kind, pool,
          joined(names, " "));
  return pool;
}

int64_t width_of(const HeadOptions& options, int64_t usual) {
  require(options.width >= 0, "{} head: got width {}, want 1 or more, or 0 for {}", options.kind, options.width, usual);
  return options.width == 0 ? usual : options.width;
}

// What goes into the classifier.
int64_t vector_width(const Config& config, const HeadOptions& options) {
  const int64_t hidden = config.hidden_size;
  if (options.kind == "linear") return hidden;
  if (options.kind == "mlp") return width_of(options, hidden);
  if (options.kind == "cnn") return width_of(options, usual_kernels) * std::ssize(options.kernels);
  return 2 * width_of(options, std::max<int64_t>(1, hidden / 2));
}

Array values_of(const Wanted& wanted, const Shape& shape) {
  const int64_t count = wanted.values ? wanted.values.size() : std::ssize(wanted.labels);
  require(count == shape.count(), "sequence classification: got {} labels, want one for each of {}", count, shape);
  if (wanted.values) return wanted.values.shaped(shape);
  Array values(shape);
  for (int64_t i = 0; i < count; ++i) values[i] = static_cast<real>(wanted.labels[to_size(i)]);
  return values;
}

}  // namespace

std::vector<std::string> sentence_kinds() { return {"linear", "mlp", "cnn", "lstm", "gru"}; }
std::vector<std::string> window_kinds() { return {"mean", "max", learned_pool}; }

std::vector<std::string> pools_of(const std::string& kind) {
  if (kind == "cnn") return {"max"};
  if (kind == "lstm" || kind == "gru") return {last_states, "mean", "max", "mean-sqrt", learned_pool};
  require(kind == "linear" || kind == "mlp", "head: got '{}', want one of: {}", kind, joined(sentence_kinds(), " "));
  return {"pooler", "cls", "mean", "max", "mean-sqrt", "first-last", learned_pool};
}

bool wants_pooler(const HeadOptions& options) { return pool_of(options) == "pooler"; }

SentenceHead::SentenceHead(const Config& config, const HeadOptions& options)
    : dropout{config.classifier_rate()},
      classifier(vector_width(config, options), config.num_labels()),
      problem(config.problem_type) {
  const std::string pool = pool_of(options);  // refuses a kind that it does not know
  const int64_t hidden = config.hidden_size, width = vector_width(config, options);
  if (options.kind == "linear" || options.kind == "mlp") {
    pooled.emplace(pool, options.layers, config);
    if (options.kind == "mlp") dense.emplace(hidden, width);
  } else if (options.kind == "cnn") {
    states = States(options.layers, config);
    require(!options.kernels.empty(), "cnn head: got no kernels, want at least one");
    for (const int64_t kernel : options.kernels) {
      require(kernel >= 1, "cnn head: got a kernel of {} rows, want 1 or more", kernel);
      convolutions.emplace_back(hidden, width_of(options, usual_kernels), kernel);
    }
  } else {
    states = States(options.layers, config);
    recurrent.emplace(options.kind, hidden, width / 2);
    if (pool != last_states) pooled.emplace(pool, "last", config, width);
  }
  require_one_of("windows", options.windows, window_kinds());
  if (options.windows == "max") windows = Pooling::max;
  if (options.windows == learned_pool) attention.emplace(width);
}

Tensor SentenceHead::vectors(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  if (!convolutions.empty()) {
    const Tensor x = states(encoded);  // [N, H]
    std::vector<Tensor> parts;
    for (const Conv1d& convolution : convolutions)
      parts.push_back(pool(relu(convolution(x, batch.spans)), batch.spans, Pooling::max));  // [B, width]
    return concat(parts, 1);
  }
  if (recurrent) {
    const Recurrent::Read read = (*recurrent)(states(encoded), batch.spans);
    return pooled ? (*pooled)(batch, {.last_hidden_state = read.output}) : read.last;
  }
  const Tensor x = (*pooled)(batch, encoded);
  return dense ? (*dense)(dropout(x, pass), Activation::tanh) : x;
}

Scored SentenceHead::score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>&) const {
  const bool together = batch.groups.count() > 0 && batch.groups.count() < batch.sequences();
  Tensor x = vectors(batch, encoded, pass);
  if (together && attention) x = (*attention)(x, batch.groups);  // [groups, width]
  const Tensor scores = classifier(dropout(x, pass));
  return {.encoded = std::move(encoded),
          .scores = together && !attention ? pool(scores, batch.groups, windows) : scores};
}

Tensor SentenceHead::loss(const Scored& scored, const Batch&, const Wanted& wanted) const {
  const bool one_label = classifier.bias.shape()[0] == 1;
  const bool classes =
      problem == Problem::single_label || (problem == Problem::inferred && !one_label && !wanted.values);
  if (classes) {
    require(!wanted.values, "sequence classification: got numbers for problem_type {}, want classes",
            "single_label_classification");
    return cross_entropy(scored.scores, wanted.labels, wanted.over_classes);
  }
  const Array values = values_of(wanted, scored.scores.shape());
  const bool number = problem == Problem::inferred ? one_label : problem == Problem::regression;
  return number ? mse(scored.scores, values) : bce_with_logits(scored.scores, values);
}

std::vector<InitRule> SentenceHead::initial_values() const {
  std::vector<InitRule> rules = first_values();
  rules.push_back({"convolutions.*.weight", kaiming_uniform()});
  return rules;
}

}  // namespace bertlet::bert
