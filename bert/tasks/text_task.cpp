#include "bert/tasks/text_task.h"

#include <cmath>

#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

const std::vector<std::string> kept_parts = {"head", "tail", "head-and-tail"};  // as text::KeptPart has them
constexpr int64_t around_one = 2, around_two = 3;                               // [CLS], [SEP] and [SEP]
constexpr double best_head = 128, best_whole = 510;  // Sun et al. 2019: 128 + 382 of 510 tokens
constexpr int64_t least_beside_windows = 8;          // tokens that a window of a pair must have room for

// Of a pair the longer text comes in windows, each beside the whole of the other, if that leaves room for it.
void longer_in_windows(text::EncodeOptions& how, int64_t first, int64_t second) {
  const int64_t room = *how.max_length - around_two, shorter = std::min(first, second);
  how.overflow = shorter <= room - least_beside_windows;
  if (!how.overflow) return;
  how.truncation = first > second ? text::Truncation::only_first : text::Truncation::only_second;
  how.stride = std::min(how.stride, room - shorter - 1);
}

}  // namespace

void TextTask::visit_own(const options::Visitor& f) {
  if (!apart_) {
    f({"head", &head_.kind, "Head on the encoder", {.values = bert::sentence_kinds()}});
    f({"layers", &head_.layers, "Layers that the head reads: last, mixed, or the number of one", {.type = "WHICH"}});
    f({"width",
       &head_.width,
       "Width of the head: of mlp's hidden layer, cnn's kernels, a direction of lstm or gru; 0: usual",
       {.least = 0}});
    f({"kernels", &head_.kernels, "Widths of the kernels of cnn, in tokens"});
    f({"windows", &windows_, "Read long texts whole, in windows"});
    f({"stride", &stride_, "Tokens that neighbouring windows share", {.least = 0}});
    f({"combine", &head_.windows, "How the windows of a text become one", {.values = bert::window_kinds()}});
  }
  f({"pool",
     &head_.pool,
     "How a text becomes one vector: pooler, cls, mean, max, attention, first-last, …",
     {.type = "NAME"}});
  f({"part", options::word(&part_, kept_parts), "Part of a longer text that is kept", {.values = kept_parts}});
}

// A student has other layers.
std::string TextTask::cannot_teach() const {
  return head_.layers == "last" ? Task::cannot_teach() : "has a head that reads other layers than the last";
}

bool TextTask::has_plain_head() const {
  return head_.kind == "linear" && head_.layers == "last" && (head_.pool.empty() || head_.pool == "pooler") &&
         head_.windows != "attention";
}

void TextTask::take(const bert::Config& config) {
  Task::take(config);
  content_ = Content::text_or_pair;
}

text::EncodeOptions TextTask::encode_options() const {
  const int64_t most = max_length.value_or(128);
  const auto head = std::llround(static_cast<double>(most - around_one) * best_head / best_whole);
  return {.max_length = most,
          .part = part_,
          .head = std::max<int64_t>(1, head),
          .overflow = windows_ && !apart_,
          .stride = stride_,
          .keep = keep};
}

void TextTask::add_sequences(Item& item, const Example& row, bool is_pair, const text::Tokenizer& tokenizer) const {
  text::EncodeOptions how = encode_options();
  const auto add = [&](text::Encoding first) {
    for (text::Encoding& window : windows_of(std::move(first))) item.add(std::move(window));
  };
  if (is_pair && !apart_) {
    if (how.overflow) longer_in_windows(how, tokens_of(row.text, tokenizer), tokens_of(row.text_b, tokenizer));
    return add(tokenizer.encode(row.text, row.text_b, how));
  }
  add(tokenizer.encode(row.text, how));
  if (is_pair) add(tokenizer.encode(row.text_b, how));
}

int64_t TextTask::length(const Example& row, const text::Tokenizer& tokenizer) const {
  if (!apart_) return Task::length(row, tokenizer);
  return around_one + std::max(tokens_of(row.text, tokenizer), tokens_of(row.text_b, tokenizer));
}

std::unique_ptr<Data> TextTask::data(Examples examples, const text::Tokenizer& tokenizer, Use use) const {
  auto to = std::make_unique<Data>(std::move(examples), tokenizer);
  to->items.resize(to->examples.rows.size());
  const bool is_pair = !to->examples.columns.text_b.empty();
  parallel_each(to->size(), 16, [&](int64_t i) {
    Item& item = to->items[to_size(i)];
    add_sequences(item, to->row(i), is_pair, tokenizer);
    item.example = i;
  });
  if (use == Use::predicting || !to->examples.labelled) return to;
  for (Item& item : to->items) meaning().mark(item, to->row(item.example), place_of(*to, item.example), *this);
  return to;
}

Verdict TextTask::verdict(const Data& data, int64_t i, Outputs outputs) const {
  Verdict to = meaning().verdict(*this, data, i, outputs[to_size(i)]);
  const Example& row = data.row(i);
  to.place = place_of(data, i);
  to.text = row.text_b.empty() ? row.text : row.text + " | " + row.text_b;
  return to;
}

Record TextTask::prediction(const Data& data, int64_t i, Outputs outputs) const {
  Record to = record_of(data, i);
  to["prediction"] = meaning().said(*this, outputs[to_size(i)]);
  for (const auto& [name, share] : meaning().shares(*this, outputs[to_size(i)])) to["p(" + name + ")"] = share;
  return to;
}

std::string TextTask::shown(const Data&, int64_t i, Outputs outputs) const {
  return meaning().shown(*this, outputs[to_size(i)]);
}

Record TextTask::pipeline(const Data&, int64_t i, Outputs outputs, const PipelineOptions&) const {
  return meaning().pipeline(*this, outputs[to_size(i)]);
}

SentenceTask::SentenceTask(std::string name, std::string what, Content content, bert::Problem problem)
    : TextTask(content), name_(std::move(name)), what_(std::move(what)), problem_(problem) {}

const Meaning& SentenceTask::meaning() const {
  if (problem_ == bert::Problem::single_label) return classes();
  return has_numbers() ? numbers() : sets();
}

bool SentenceTask::fits(const bert::Config& config) const {
  if (config.problem_type != bert::Problem::inferred) return config.problem_type == problem_;
  return problem_ == (config.num_labels() > 1 ? bert::Problem::single_label : bert::Problem::regression);
}

std::unique_ptr<bert::Network> SentenceTask::network(bert::Config config) const {
  if (has_numbers() && config.num_labels() != 1) config.set_num_labels(1);
  return bert::sentence_network(named(std::move(config), has_plain_head(), problem_), head_);
}

}  // namespace bertlet::tasks
