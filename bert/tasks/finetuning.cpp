#include "bert/tasks/finetuning.h"

#include <algorithm>
#include <cmath>

#include "bert/io/files/file.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t batches_in_bucket = 50;
enum Site : std::uint32_t { items_site = 0x7A5C0000, batches_site, drawn_site = 0x7A5D0000 };  // drawn: one an item
constexpr std::uint32_t second_pass = 1 << 20;  // beyond the sites of the first

// ½ (KL(p‖q) + KL(q‖p)), the mean over rows.
Tensor disagreement(const Tensor& p, const Tensor& q) {
  const Tensor log_p = log_softmax(p), log_q = log_softmax(q);
  const Tensor both = sum((exp(log_p) - exp(log_q)) * (log_p - log_q));
  return both * Tensor(static_cast<real>(0.5 / static_cast<double>(p.shape()[0])));
}

// Rare classes weigh more: all / (classes · count).
Array balanced_weights(const Data& data, int64_t classes) {
  std::vector<real> weights(to_size(classes));
  real all = 0;
  for (const Item& item : data.items)
    for (const int64_t label : item.labels)
      if (label >= 0) weights[to_size(label)] += 1, all += 1;
  for (real& weight : weights) weight = all / (static_cast<real>(classes) * std::max(weight, real(1)));
  return Array::of({classes}, weights);
}

// The model's own; in training alone labels are smoothed and classes weighed.
FineTuning::Loss own_loss(const FineTuned& model, const Data& train) {
  CrossEntropyOptions over_classes{.smoothing = static_cast<real>(model.task->smoothing)};
  if (model.task->balanced) over_classes.weights = balanced_weights(train, model.task->labels->size());
  return [&model, over_classes](const Scores& scores, ItemSpan) {
    bert::Wanted wanted = scores.wanted;
    wanted.over_classes = over_classes;
    return model.network->loss(scores.scored, scores.batch, wanted);
  };
}

}  // namespace

void FineTuningOptions::visit(const options::Visitor& f) {
  f({"batch", &batch, "Examples per batch"});
  f({"r-drop", &r_drop, "R-Drop: weight of the disagreement between two passes with different dropout"});
  f({"fgm", &fgm, "FGM: distance by which word embeddings are moved against the model"});
}

FineTuning::FineTuning(const FineTuned& model, const Data& train, const Data* dev, const FineTuningOptions& options,
                       Loss loss)
    : model_(model),
      train_(train),
      dev_(dev),
      options_(options),
      loss_(loss ? std::move(loss) : own_loss(model, train)) {
  require(!train.items.empty(), "fine-tuning: got no examples, want some to train on");
  require(!dev || dev->examples.labelled, "fine-tuning: got examples to measure on that have no labels");
  require(options.r_drop == 0 || model.task->class_loss() != ClassLoss::none,
          "fine-tuning: got --r-drop for {}, want a task with classes", model.task->facts().name);
  parameters().flatten();
  begin_epoch(0);
}

// Another order; examples that are about equally long come together, and the batches in any order.
void FineTuning::begin_epoch(int64_t epoch) {
  epoch_ = epoch;
  batch_ = 0;
  const std::vector<Item>& items = train_.items;
  const auto step = static_cast<std::uint64_t>(epoch);
  std::vector<const Item*> order;
  for (const int64_t i : permutation({options_.seed, step, items_site}, std::ssize(items)))
    order.push_back(&items[to_size(i)]);
  const int64_t bucket = batches_in_bucket * options_.batch;
  std::vector<std::vector<const Item*>> batches;
  for (auto begin = order.begin(); begin != order.end();) {
    const auto end = begin + std::min(bucket, order.end() - begin);
    std::stable_sort(begin, end, [](const Item* a, const Item* b) { return a->tokens() > b->tokens(); });
    for (; begin != end; begin += std::min(options_.batch, end - begin))
      batches.emplace_back(begin, begin + std::min(options_.batch, end - begin));
  }
  batches_.clear();
  for (const int64_t i : permutation({options_.seed, step, batches_site}, std::ssize(batches)))
    batches_.push_back(std::move(batches[to_size(i)]));
}

void FineTuning::take_batch(const Rng& rng) {
  if (batch_ == batches_.size()) begin_epoch(epoch_ + 1);
  last_ = batches_[batch_++];
  drawn_ = model_.task->drawn(train_, last_, {.seed = rng.seed, .step = rng.step, .site = drawn_site});
  for (std::size_t i = 0; i < drawn_.size(); ++i) last_[i] = &drawn_[i];
}

train::Trainable::Loss FineTuning::next(Pass& pass) {
  take_batch(pass.rng);
  attack_ = pass;
  const Scores scores = model_.score(last_, pass);
  train::Trainable::Loss loss{.mean = loss_(scores, last_)};
  for (const Item* item : last_) loss.tokens += item->tokens();
  if (options_.r_drop > 0) {
    Pass other = attack_;
    other.rng.site += second_pass;
    const Scores again = model_.score(last_, other);
    const Tensor both = (loss.mean + loss_(again, last_)) * Tensor(real(0.5));
    const Tensor p = model_.task->class_scores(scores), q = model_.task->class_scores(again);
    require(static_cast<bool>(p), "fine-tuning: got --r-drop for a head without scores of classes");
    loss.mean = both + disagreement(p, q) * Tensor(static_cast<real>(options_.r_drop));
  }
  return loss;
}

void FineTuning::backward(const Tensor& loss) {
  bertlet::backward(loss);
  if (options_.fgm > 0) learn_from_attack();
}

// The embeddings are moved in the direction in which the loss grows fastest; what is learned there counts, too.
void FineTuning::learn_from_attack() {
  Tensor words;
  for (const Parameter& parameter : parameters().list())
    if (parameter.name.ends_with("word_embeddings.weight")) words = parameter.tensor;
  const Array slope = words.grad();
  if (!slope) return;
  double squares = 0;
  for (int64_t i = 0; i < slope.size(); ++i) squares += static_cast<double>(slope[i]) * static_cast<double>(slope[i]);
  if (squares == 0 || !std::isfinite(squares)) return;
  const std::vector<real> before = words.value().values();
  const auto factor = static_cast<real>(options_.fgm / std::sqrt(squares));
  Array moved = words.edit();
  for (int64_t i = 0; i < slope.size(); ++i) moved[i] += factor * slope[i];
  Pass pass = attack_;
  bertlet::backward(loss_(model_.score(last_, pass), last_));
  std::ranges::copy(before, words.edit().data());
}

metrics::Measures FineTuning::evaluate() {
  return dev_ ? measures(model_, *dev_, model_.outcome(*dev_)) : metrics::Measures();
}

metrics::Measures measures(const FineTuned& model, const Data& data, const Outcome& outcome) {
  metrics::Measures to = measures(*model.task, data, outcome.outputs);
  if (outcome.loss && !metrics::find(to, "loss")) to.push_back({"loss", *outcome.loss, metrics::Better::smaller});
  return to;
}

train::References references(const Task& task, const Data& data) {
  train::References to;
  if (!data.examples.labelled) return to;
  for (const metrics::Measure& measure : measures(task, data, task.baseline(data)))
    to[measure.name] = {{"majority", measure.value}};
  return to;
}

void FineTuning::save_last_batch(const std::filesystem::path& file) const {
  io::Json json = io::Json::array();
  for (const Item* item : last_)
    for (const bert::Sequence& sequence : item->sequences)
      json.push_back({{"ids", sequence.ids}, {"labels", item->labels}});
  io::write_file(file, json.dump() + "\n");
}

void FineTuning::go_on_from(const io::Json& notes) {
  begin_epoch(notes.at("epoch").integer());
  batch_ = to_size(notes.at("batch").integer());
}

}  // namespace bertlet::tasks
