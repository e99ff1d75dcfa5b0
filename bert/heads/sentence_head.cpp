#include "bert/heads/sentence_head.h"

#include <algorithm>

#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::bert {

namespace {

constexpr const char* last_states = "last";

std::string pool_of(const HeadOptions& options) {
  const std::vector<std::string> names = pools_of(options.kind);
  const std::string pool = options.pool.empty() ? names.front() : options.pool;
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
  if (options.kind == "cnn") return width_of(options, 100) * std::ssize(options.kernels);
  return 2 * width_of(options, std::max<int64_t>(1, hidden / 2));
}

decltype(SentenceHead::vectors) make_vectors(const Config& config, const HeadOptions& options) {
  const std::string pool = pool_of(options);  // refuses a kind that it does not know
  if (options.kind == "cnn") return ConvolvedVectors(config, options);
  if (options.kind == "lstm") return RecurrentVectors<LSTM>(config, options);
  if (options.kind == "gru") return RecurrentVectors<GRU>(config, options);
  if (options.kind == "mlp") return DenseVectors(config, options);
  return SentenceVectors(pool, options.layers, config);
}

const Tensor& last_of(const LstmResult& result) { return result.last.hidden; }
const Tensor& last_of(const GruResult& result) { return result.last; }

Tensor vectors_of(const SentenceVectors& vectors, const Batch& batch, const Encoded& encoded, Pass&) {
  return vectors(batch, encoded);
}
Tensor vectors_of(const auto& vectors, const Batch& batch, const Encoded& encoded, Pass& pass) {
  return vectors(batch, encoded, pass);
}

Array values_of(const Wanted& wanted, const Shape& shape) {
  const int64_t count = wanted.values ? wanted.values.size() : std::ssize(wanted.labels);
  require(count == shape.count(), "sequence classification: got {} labels, want one for each of {}", count, shape);
  if (wanted.values) return wanted.values.shaped(shape);
  Array values(shape);
  for (int64_t i = 0; i < count; ++i) values[i] = static_cast<real>(wanted.labels[static_cast<std::size_t>(i)]);
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

// --- a vector for each sequence ----------------------------------------------------------------------------------

DenseVectors::DenseVectors(const Config& config, const HeadOptions& options)
    : vectors(pool_of(options), options.layers, config),
      dropout{config.classifier_rate()},
      dense(config.hidden_size, vector_width(config, options)) {}

Tensor DenseVectors::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  return dense(dropout(vectors(batch, encoded), pass), Activation::tanh);
}

ConvolvedVectors::ConvolvedVectors(const Config& config, const HeadOptions& options) : states(options.layers, config) {
  require(!options.kernels.empty(), "cnn head: got no kernels, want at least one");
  for (const int64_t kernel : options.kernels) {
    require(kernel >= 1, "cnn head: got a kernel of {} rows, want 1 or more", kernel);
    convolutions.emplace_back(config.hidden_size, width_of(options, 100), kernel);
  }
}

Tensor ConvolvedVectors::operator()(const Batch& batch, const Encoded& encoded, Pass&) const {
  const Tensor x = states(encoded);  // [N, H]
  std::vector<Tensor> parts;
  for (const Conv1d& convolution : convolutions)
    parts.push_back(bertlet::pool(relu(convolution(x, batch.spans)), batch.spans, Pooling::max));  // [B, width]
  return concat(parts, 1);
}

template <class Recurrent>
RecurrentVectors<Recurrent>::RecurrentVectors(const Config& config, const HeadOptions& options)
    : states(options.layers, config),
      recurrent(config.hidden_size, vector_width(config, options) / 2, Directions::two) {
  const std::string name = pool_of(options);
  if (name == learned_pool)
    attention.emplace(vector_width(config, options));
  else if (name != last_states)
    pool = sentence_pool(name);
}

template <class Recurrent>
Tensor RecurrentVectors<Recurrent>::operator()(const Batch& batch, const Encoded& encoded, Pass&) const {
  const auto read = recurrent(states(encoded), batch.spans);  // [N, 2 width]
  if (attention) return (*attention)(read.output, batch.spans);
  return pool ? sentence_vectors(batch, {.last_hidden_state = read.output}, *pool) : last_of(read);
}

template struct RecurrentVectors<LSTM>;
template struct RecurrentVectors<GRU>;

// --- and its scores ------------------------------------------------------------------------------------------------

SentenceHead::SentenceHead(const Config& config, const HeadOptions& options, const LossOptions& loss)
    : vectors(make_vectors(config, options)),
      dropout{config.classifier_rate()},
      classifier(vector_width(config, options), config.num_labels()),
      problem(config.problem_type),
      loss_options(cross_entropy_options(loss)) {
  const std::vector<std::string> names = window_kinds();
  require(std::ranges::find(names, options.windows) != names.end(), "windows: got '{}', want one of: {}",
          options.windows, joined(names, " "));
  if (options.windows == "max") windows = Pooling::max;
  if (options.windows == learned_pool) attention.emplace(vector_width(config, options));
}

Scored SentenceHead::score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>&) const {
  const bool together = batch.groups.count() > 0 && batch.groups.count() < batch.sequences();
  Tensor x = std::visit([&](const auto& each) { return vectors_of(each, batch, encoded, pass); }, vectors);
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
    return cross_entropy(scored.scores, wanted.labels, loss_options);
  }
  const Array values = values_of(wanted, scored.scores.shape());
  const bool number = problem == Problem::inferred ? one_label : problem == Problem::regression;
  return number ? mse(scored.scores, values) : bce_with_logits(scored.scores, values);
}

bool SentenceHead::wants_hidden_states() const {
  return std::visit([](const auto& each) { return each.wants_hidden_states(); }, vectors);
}

std::vector<InitRule> SentenceHead::initial_values() const {
  std::vector<InitRule> rules = mix_values();
  for (InitRule& rule : recurrent_values()) rules.push_back(std::move(rule));
  rules.push_back({"convolutions.*.weight", kaiming_uniform()});
  return rules;
}

}  // namespace bertlet::bert
