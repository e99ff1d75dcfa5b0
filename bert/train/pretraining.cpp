#include "bert/train/pretraining.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bert/io/file.h"
#include "bert/io/pretrained.h"
#include "bert/text/tokenizer_files.h"
#include "core/ops/arithmetic.h"
#include "core/ops/rows.h"
#include "core/parallel.h"
#include "core/require.h"
#include "nn/ops/cross_entropy.h"

namespace bertlet::train {

namespace {

// A micro-batch on its way through the model: what is asked, and the scores for it.
struct Asked {
  bert::Batch rows;
  std::vector<int64_t> words = {}, next = {};  // the labels that count
  Tensor word_scores = {}, next_scores = {};   // [words, V] and [pairs, 2]; empty if nothing is asked
};

Asked ask(const bert::PreTraining& model, const data::PretrainingBatch& batch, Pass& pass, bool checkpoint) {
  Asked asked{.rows = pack(batch.inputs)};
  const bert::Encoded encoded = model.bert(asked.rows, pass, {.checkpoint = checkpoint});
  std::vector<int64_t> rows;
  const std::vector<int64_t> labels = pack_labels(asked.rows, batch.labels.words);
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] != no_label) {
      rows.push_back(static_cast<int64_t>(i));
      asked.words.push_back(labels[i]);
    }
  if (!rows.empty()) asked.word_scores = model.predictions(gather_rows(encoded.last_hidden_state, std::move(rows)));
  if (std::ranges::find(batch.labels.next, no_label) != batch.labels.next.end()) return asked;
  asked.next = batch.labels.next;
  asked.next_scores = model.seq_relationship_logits(encoded);
  return asked;
}

int64_t count_right(const Tensor& scores, const std::vector<int64_t>& labels) {
  const int64_t columns = scores.shape()[1];
  std::vector<int64_t> right(labels.size());
  parallel_for(std::ssize(labels), 8, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const real* row = scores.value().data() + i * columns;
      const auto at = static_cast<std::size_t>(i);
      right[at] = std::max_element(row, row + columns) - row == labels[at];
    }
  });
  return std::ranges::count(right, 1);
}

// Losses and right answers added up over batches.
struct Tally {
  double loss = 0;
  int64_t right = 0, all = 0;

  void add(const Tensor& scores, const std::vector<int64_t>& labels) {
    if (labels.empty()) return;
    right += count_right(scores, labels);
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
    instances.push_back(instance(instances_, order_[static_cast<std::size_t>(i)], epoch_));
  ++batch_;
  return instances;
}

Task::Loss Pretraining::next(Pass& pass) {
  last_ = next_instances();
  const Asked asked = ask(model_, data::to_batch(last_, tokenizer_.pad_id()), pass, options_.checkpoint_layers);
  Loss loss{.tokens = tokens_of(last_)};
  const auto add = [&](const char* name, const Tensor& scores, const std::vector<int64_t>& labels) {
    if (labels.empty()) return;
    const Tensor part = cross_entropy(scores, labels);
    loss.parts.emplace_back(name, static_cast<double>(part.item()));
    loss.mean = loss.mean ? loss.mean + part : part;
  };
  add("mlm_loss", asked.word_scores, asked.words);
  add("nsp_loss", asked.next_scores, asked.next);
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
    const Asked asked = ask(model_, data::to_batch(instances, tokenizer_.pad_id()), pass, false);
    words.add(asked.word_scores, asked.words);
    next.add(asked.next_scores, asked.next);
  }
  Measures measures;
  if (words.all > 0)
    measures = {
        {"mlm_loss", words.mean()}, {"mlm_perplexity", std::exp(words.mean())}, {"mlm_accuracy", words.accuracy()}};
  if (next.all > 0) measures.insert(measures.end(), {{"nsp_loss", next.mean()}, {"nsp_accuracy", next.accuracy()}});
  return measures;
}

void Pretraining::save_model(const std::filesystem::path& directory) const {
  bert::Config config = model_.bert.config;
  config.file["architectures"] = {"BertForPreTraining"};
  bert::save_model(directory, config, parameters_);
  text::write_tokenizer(tokenizer_, directory);
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
  batch_ = static_cast<std::size_t>(notes.at("batch").integer());
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
