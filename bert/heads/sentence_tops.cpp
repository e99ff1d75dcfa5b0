#include "bert/heads/sentence_tops.h"

#include <algorithm>
#include <charconv>

#include "core/joined.h"
#include "core/ops/functions.h"
#include "core/ops/shaping.h"
#include "core/require.h"
#include "nn/ops/pooling.h"

namespace bertlet::bert {

namespace {

constexpr const char *learned_pool = "attention", *last_states = "last";

Dropout dropout_of(const Config& config) { return {config.classifier_rate()}; }

std::string pool_of(const TopOptions& options) {
  const std::vector<std::string> names = pools_of_top(options.head_on_top);
  const std::string pool = options.pool.empty() ? names.front() : options.pool;
  require(std::ranges::find(names, pool) != names.end(), "{} head: got pool '{}', want one of: {}", options.head_on_top,
          pool, joined(names, " "));
  return pool;
}

int64_t width_of(const TopOptions& options, int64_t usual) {
  require(options.width >= 0, "{} head: got width {}, want 1 or more, or 0 for {}", options.head_on_top, options.width,
          usual);
  return options.width == 0 ? usual : options.width;
}

const Tensor& last_of(const LstmResult& result) { return result.last.hidden; }
const Tensor& last_of(const GruResult& result) { return result.last; }

}  // namespace

std::vector<std::string> top_names() { return {"linear", "mlp", "cnn", "lstm", "gru"}; }

std::vector<std::string> pools_of_top(const std::string& head_on_top) {
  if (head_on_top == "cnn") return {"max"};
  if (head_on_top == "lstm" || head_on_top == "gru") return {last_states, "mean", "max", "mean-sqrt", learned_pool};
  require(head_on_top == "linear" || head_on_top == "mlp", "head on top: got '{}', want one of: {}", head_on_top,
          joined(top_names(), " "));
  return {"pooler", "cls", "mean", "max", "mean-sqrt", "first-last", learned_pool};
}

bool wants_pooler(const TopOptions& options) { return pool_of(options) == "pooler"; }

// --- what a head looks at ----------------------------------------------------------------------------------------

States::States(const std::string& layers, const Config& config) {
  if (layers == "last") return;
  if (layers == "mixed") {
    mix.emplace(config);
    return;
  }
  int64_t number = -1;
  const auto [end, error] = std::from_chars(layers.data(), layers.data() + layers.size(), number);
  const bool whole = error == std::errc() && end == layers.data() + layers.size();
  require(whole && number >= 0 && number <= config.num_hidden_layers,
          "layers of a head: got '{}', want last, mixed, or a number from 0 to {}", layers, config.num_hidden_layers);
  layer = number;
}

Tensor States::operator()(const Encoded& encoded) const {
  if (mix) return (*mix)(encoded);
  if (!layer) return encoded.last_hidden_state;
  require(*layer < std::ssize(encoded.hidden_states), "head: got {} hidden states, want that after layer {}",
          encoded.hidden_states.size(), *layer);
  return encoded.hidden_states[static_cast<std::size_t>(*layer)];
}

SentenceVectors::SentenceVectors(const std::string& name, const std::string& layers, const Config& config)
    : states(layers, config) {
  if (name == learned_pool)
    attention.emplace(config.hidden_size);
  else
    pool = sentence_pool(name);
  require(!states.wants_hidden_states() || (pool != SentencePool::pooler && pool != SentencePool::first_last),
          "sentence vectors: got layers '{}' for {}, want last, as it chooses its own", layers, name);
}

Tensor SentenceVectors::operator()(const Batch& batch, const Encoded& encoded) const {
  if (attention) return (*attention)(states(encoded), batch.spans);
  if (!states.wants_hidden_states()) return sentence_vectors(batch, encoded, pool);
  return sentence_vectors(batch, {.last_hidden_state = states(encoded)}, pool);
}

bool SentenceVectors::wants_hidden_states() const {
  return states.wants_hidden_states() || (!attention && pool == SentencePool::first_last);
}

// --- the heads ---------------------------------------------------------------------------------------------------

LinearTop::LinearTop(const Config& config, const TopOptions& options)
    : vectors(pool_of(options), options.layers, config),
      dropout(dropout_of(config)),
      classifier(config.hidden_size, config.num_labels()) {}

Tensor LinearTop::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  return classifier(dropout(vectors(batch, encoded), pass));
}

MlpTop::MlpTop(const Config& config, const TopOptions& options)
    : vectors(pool_of(options), options.layers, config),
      dropout(dropout_of(config)),
      dense(config.hidden_size, width_of(options, config.hidden_size)),
      classifier(dense.weight.shape()[0], config.num_labels()) {}

Tensor MlpTop::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  const Tensor hidden = dense(dropout(vectors(batch, encoded), pass), Activation::tanh);  // [B, width]
  return classifier(dropout(hidden, pass));
}

ConvolutionTop::ConvolutionTop(const Config& config, const TopOptions& options)
    : states(options.layers, config),
      dropout(dropout_of(config)),
      classifier(width_of(options, 100) * std::ssize(options.kernels), config.num_labels()) {
  pool_of(options);  // refuses another than max
  require(!options.kernels.empty(), "cnn head: got no kernels, want at least one");
  for (const int64_t kernel : options.kernels) {
    require(kernel >= 1, "cnn head: got a kernel of {} rows, want 1 or more", kernel);
    convolutions.emplace_back(config.hidden_size, width_of(options, 100), kernel);
  }
}

Tensor ConvolutionTop::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  const Tensor x = states(encoded);  // [N, H]
  std::vector<Tensor> parts;
  for (const Conv1d& convolution : convolutions)
    parts.push_back(bertlet::pool(relu(convolution(x, batch.spans)), batch.spans, Pooling::max));  // [B, width]
  return classifier(dropout(concat(parts, 1), pass));
}

template <class Recurrent>
RecurrentTop<Recurrent>::RecurrentTop(const Config& config, const TopOptions& options)
    : states(options.layers, config),
      recurrent(config.hidden_size, width_of(options, std::max<int64_t>(1, config.hidden_size / 2)), Directions::two),
      dropout(dropout_of(config)),
      classifier(2 * recurrent.weights[0].weight_hh.shape()[1], config.num_labels()) {
  const std::string name = pool_of(options);
  if (name == learned_pool)
    attention.emplace(classifier.weight.shape()[1]);
  else if (name != last_states)
    pool = sentence_pool(name);
}

template <class Recurrent>
Tensor RecurrentTop<Recurrent>::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  const auto read = recurrent(states(encoded), batch.spans);  // [N, 2 width]
  const Tensor vectors = attention ? (*attention)(read.output, batch.spans)
                         : pool    ? sentence_vectors(batch, {.last_hidden_state = read.output}, *pool)
                                   : last_of(read);
  return classifier(dropout(vectors, pass));
}

template struct RecurrentTop<LSTM>;
template struct RecurrentTop<GRU>;

namespace {

using AnyTop = decltype(SentenceTop::top);

AnyTop make_top(const Config& config, const TopOptions& options) {
  const std::string& name = options.head_on_top;
  if (name == "cnn") return ConvolutionTop(config, options);
  if (name == "lstm") return RecurrentTop<LSTM>(config, options);
  if (name == "gru") return RecurrentTop<GRU>(config, options);
  if (name == "mlp") return MlpTop(config, options);
  return LinearTop(config, options);  // which refuses a name that it does not know
}

}  // namespace

SentenceTop::SentenceTop(const Config& config, const TopOptions& options) : top(make_top(config, options)) {}

Tensor SentenceTop::operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const {
  return std::visit([&](const auto& each) { return each(batch, encoded, pass); }, top);
}

bool SentenceTop::wants_hidden_states() const {
  return std::visit([](const auto& each) { return each.wants_hidden_states(); }, top);
}

}  // namespace bertlet::bert
