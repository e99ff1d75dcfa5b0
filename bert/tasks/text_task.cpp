#include "bert/tasks/text_task.h"

#include <cmath>

#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::int64_t around_one = 2, around_two = 3;  // [CLS], [SEP] and [SEP]
constexpr double best_head = 128, best_whole = 510;     // Sun et al. 2019: 128 + 382 of 510 tokens
constexpr std::int64_t least_beside_windows = 8;        // tokens that a window of a pair must have room for

text::Part part_named(const std::string& name) {
  if (name == "tail") return text::Part::tail;
  return name == "head-and-tail" ? text::Part::head_and_tail : text::Part::head;
}

std::vector<bert::Sequence> all_windows(text::Encoding first) {
  std::vector<text::Encoding> rest = std::move(first.overflow);
  std::vector<bert::Sequence> to = {{std::move(first.ids), std::move(first.types)}};
  for (text::Encoding& window : rest) to.push_back({std::move(window.ids), std::move(window.types)});
  return to;
}

std::int64_t tokens_of(std::string_view text, const text::Tokenizer& tokenizer) {
  return std::ssize(tokenizer.tokenize(text, text::Keep::ids).ids);
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
  f({"part", &part_, "Part of a longer text that is kept", {.values = {"head", "tail", "head-and-tail"}}});
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
  const std::int64_t most = max_length.value_or(128);
  const auto head = std::llround(static_cast<double>(most - around_one) * best_head / best_whole);
  return {.max_length = most,
          .part = part_named(part_),
          .head = std::max<std::int64_t>(1, head),
          .overflow = windows_,
          .stride = stride_,
          .keep = text::Keep::ids};
}

// Of a pair the longer text comes in windows, each beside the whole of the other, of which at most half the room is
// kept.
std::vector<bert::Sequence> TextTask::windows_of(const Example& row, bool is_pair, const text::Tokenizer& tokenizer,
                                                 text::EncodeOptions how) const {
  if (!is_pair) return all_windows(tokenizer.encode(row.text, how));
  const std::int64_t first = tokens_of(row.text, tokenizer), second = tokens_of(row.text_b, tokenizer);
  const std::int64_t room = *how.max_length - around_two;
  if (std::min(first, second) > room - least_beside_windows) {
    how.overflow = false;
    return all_windows(tokenizer.encode(row.text, row.text_b, how));
  }
  how.truncation = first > second ? text::Truncation::only_first : text::Truncation::only_second;
  how.stride = std::min(how.stride, room - std::min(first, second) - 1);
  return all_windows(tokenizer.encode(row.text, row.text_b, how));
}

std::vector<bert::Sequence> TextTask::sequences(const Example& row, bool is_pair,
                                                const text::Tokenizer& tokenizer) const {
  text::EncodeOptions how = encode_options();
  if (windows_ && !apart_) return windows_of(row, is_pair, tokenizer, how);
  how.overflow = false;
  if (!is_pair) return all_windows(tokenizer.encode(row.text, how));
  if (!apart_) return all_windows(tokenizer.encode(row.text, row.text_b, how));
  return {all_windows(tokenizer.encode(row.text, how))[0], all_windows(tokenizer.encode(row.text_b, how))[0]};
}

std::int64_t TextTask::length(const Example& row, const text::Tokenizer& tokenizer) const {
  if (!apart_) return Task::length(row, tokenizer);
  return around_one + std::max(tokens_of(row.text, tokenizer), tokens_of(row.text_b, tokenizer));
}

std::unique_ptr<Data> TextTask::data(Examples examples, const text::Tokenizer& tokenizer, Use use) const {
  auto to = std::make_unique<Data>();
  to->examples = std::move(examples);
  to->tokenizer = &tokenizer;
  to->items.resize(to->examples.rows.size());
  const bool is_pair = !to->examples.columns.text_b.empty();
  parallel_for(to->size(), 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      Item& item = to->items[static_cast<std::size_t>(i)];
      item.sequences = sequences(to->row(i), is_pair, tokenizer);
      item.example = i;
    }
  });
  if (use == Use::predicting || !to->examples.labelled) return to;
  for (Item& item : to->items) meaning().mark(item, to->row(item.example), place_of(*to, item.example), *this);
  return to;
}

std::vector<Output> TextTask::outputs(const bert::Network&, const bert::Batch&, const bert::Scored& scored,
                                      ItemSpan) const {
  return rows_of(scored.scores);
}

Measuring TextTask::measuring(const Data& data, Outputs outputs) const {
  return meaning().measuring(*this, data, outputs);
}

std::string TextTask::details(const Data& data, Outputs outputs) const {
  return meaning().details(*this, data, outputs);
}

Verdict TextTask::verdict(const Data& data, std::int64_t i, Outputs outputs) const {
  Verdict to = meaning().verdict(*this, data, i, outputs[static_cast<std::size_t>(i)]);
  const Example& row = data.row(i);
  to.place = place_of(data, i);
  to.text = row.text_b.empty() ? row.text : row.text + " | " + row.text_b;
  return to;
}

Record TextTask::prediction(const Data& data, std::int64_t i, Outputs outputs) const {
  Record to = record_of(data, i);
  meaning().add_to(to, *this, outputs[static_cast<std::size_t>(i)]);
  return to;
}

std::string TextTask::shown(const Data&, std::int64_t i, Outputs outputs) const {
  return meaning().shown(*this, outputs[static_cast<std::size_t>(i)]);
}

Record TextTask::pipeline(const Data&, std::int64_t i, Outputs outputs, const PipelineOptions&) const {
  return meaning().pipeline(*this, outputs[static_cast<std::size_t>(i)]);
}

}  // namespace bertlet::tasks
