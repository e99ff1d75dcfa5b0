#include "bert/train/pretraining.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::train {

using metrics::Better;

namespace {

// A micro-batch, and what the model says of the words and pairs that are wanted.
struct ScoredBatch {
  data::PretrainingBatch batch;
  bert::Scored scored = {};
};

bool is_missing(int64_t label) { return label == no_label; }

ScoredBatch scored_batch(const bert::PreTraining& model, std::span<const data::Instance> instances, Pass& pass,
                         bool recompute) {
  ScoredBatch scored{.batch = data::to_batch(instances)};
  auto& [rows, wanted] = scored.batch;
  scored.scored = model.score(rows, pass, {.recompute = recompute}, model.rows_of(rows, wanted));
  if (std::ranges::all_of(wanted.labels, is_missing)) wanted.labels.clear();
  if (std::ranges::any_of(wanted.next, is_missing)) wanted.next.clear();
  return scored;
}

// Losses and right answers added up over batches.
struct Tally {
  double loss = 0;
  int64_t right = 0, all = 0;

  void add(const Tensor& scores, const std::vector<int64_t>& labels) {
    if (labels.empty()) return;
    const std::vector<int64_t> best = argmax_of_rows(scores.value());
    for (std::size_t i = 0; i < labels.size(); ++i) right += best[i] == labels[i];
    all += std::ssize(labels);
    loss += static_cast<double>(cross_entropy(scores, labels).item()) * static_cast<double>(labels.size());
  }
  double mean() const { return loss / static_cast<double>(all); }
  double accuracy() const { return static_cast<double>(right) / static_cast<double>(all); }
};

int64_t tokens_of(const std::vector<data::Instance>& instances) {
  int64_t tokens = 0;
  for (const data::Instance& instance : instances) tokens += instance.size();
  return tokens;
}

}  // namespace

void PretrainingOptions::visit(const options::Visitor& f) {
  f({"tokens", &tokens, "Of a batch; no token is a pad"});
  f({"checkpoint-layers",
     &checkpoint_layers,
     "Less memory, a third more time",
     {.affects = options::Affects::nothing}});
}

Pretraining::Pretraining(bert::PreTraining& model, const text::Tokenizer& tokenizer, const data::Instances& instances,
                         const data::Instances* held_out, const PretrainingOptions& options)
    : model_(model),
      tokenizer_(tokenizer),
      pieces_(tokenizer),
      instances_(instances),
      held_out_(held_out),
      options_(options),
      parameters_(parameters_of(model)) {
  require(instances.size() > 0, "pretraining: got no instances, want some to train on");
  parameters_.flatten();
  begin_epoch(0);
}

// The instances in another order, and cut into batches.
void Pretraining::begin_epoch(int64_t epoch) {
  epoch_ = epoch;
  batch_ = 0;
  order_ = permutation({.seed = options_.seed, .step = static_cast<std::uint64_t>(epoch)}, instances_.size());
  std::vector<int64_t> lengths;
  for (const int64_t index : order_) lengths.push_back(instances_.length(index));
  batch_ends_ = data::cut_batches(lengths, options_.tokens);
}

data::Instance Pretraining::instance(const data::Instances& from, int64_t index, int64_t epoch) const {
  return from.is_masked() ? from.read(index) : from.masked(index, options_.mask, pieces_, options_.seed, epoch);
}

std::vector<data::Instance> Pretraining::next_instances() {
  if (batch_ == batch_ends_.size()) begin_epoch(epoch_ + 1);
  std::vector<data::Instance> instances;
  for (int64_t i = batch_ == 0 ? 0 : batch_ends_[batch_ - 1]; i < batch_ends_[batch_]; ++i)
    instances.push_back(instance(instances_, order_[to_size(i)], epoch_));
  ++batch_;
  return instances;
}

Trainable::Loss Pretraining::next(Pass& pass) {
  last_ = next_instances();
  const ScoredBatch scored = scored_batch(model_, last_, pass, options_.checkpoint_layers);
  const bert::PreTrainingHead::Losses losses =
      model_.head.losses(scored.scored, scored.batch.rows, scored.batch.wanted);
  Loss loss{.mean = losses.sum(), .tokens = tokens_of(last_)};
  if (losses.words) loss.parts.push_back({"mlm_loss", static_cast<double>(losses.words.item())});
  if (losses.next) loss.parts.push_back({"nsp_loss", static_cast<double>(losses.next.item())});
  return loss;
}

Measures Pretraining::evaluate() {
  if (!held_out_) return {};
  Tally words, next;
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < held_out_->size(); ++i) lengths.push_back(held_out_->length(i));
  for (int64_t begin = 0; const int64_t end : data::cut_batches(lengths, options_.tokens)) {
    std::vector<data::Instance> instances;
    for (; begin < end; ++begin) instances.push_back(instance(*held_out_, begin, 0));
    Pass pass;
    const ScoredBatch scored = scored_batch(model_, instances, pass, false);
    words.add(scored.scored.scores, bert::LabelledRows(scored.batch.wanted.labels).labels);
    next.add(scored.scored.next, scored.batch.wanted.next);
  }
  Measures measures;
  if (words.all > 0)
    measures = {{"mlm_loss", words.mean(), Better::smaller},
                {"mlm_perplexity", std::exp(words.mean()), Better::smaller},
                {"mlm_accuracy", words.accuracy()}};
  if (next.all > 0)
    measures.insert(measures.end(), {{"nsp_loss", next.mean(), Better::smaller}, {"nsp_accuracy", next.accuracy()}});
  return measures;
}

void Pretraining::save_model(const std::filesystem::path& directory) const {
  bert::Config config = model_.bert.config;
  config.file["architectures"] = {"BertForPreTraining"};
  bert::save_model(directory, config, parameters_);
  text::write_tokenizer(tokenizer_, directory);
  io::write_checksums(directory);
}

void Pretraining::save_last_batch(const std::filesystem::path& file) const {
  io::Json json = io::Json::array();
  for (const data::Instance& instance : last_) {
    io::Json hidden = io::Json::array();
    for (const data::Hidden& each : instance.hidden) hidden.push_back({each.position, each.id});
    json.push_back({{"ids", instance.ids}, {"second", instance.second}, {"hidden", std::move(hidden)}});
  }
  io::write_file(file, json.dump() + "\n");
}

void Pretraining::go_on_from(const io::Json& notes) {
  begin_epoch(notes.at("epoch").integer());
  batch_ = to_size(notes.at("batch").integer());
}

References references(const data::CorpusReport& report, double follows) {
  const double commonest = data::CorpusReport::share(report.most_frequent_count, report.tokens);
  References to{
      {"mlm_loss",
       {{"blind", std::log(static_cast<double>(report.vocab_size))}, {"unigrams", report.entropy * std::numbers::ln2}}},
      {"mlm_accuracy", {{fmt::format("always '{}'", report.most_frequent), commonest}}}};
  if (follows > 0 && follows < 1) {
    const double entropy = -follows * std::log(follows) - (1 - follows) * std::log(1 - follows);
    to.insert({{"nsp_loss", {{"blind", entropy}}}, {"nsp_accuracy", {{"blind", std::max(follows, 1 - follows)}}}});
  }
  return to;
}

}  // namespace bertlet::train
