#include "bert/inside/traced_text.h"

#include <algorithm>
#include <numeric>

#include "bert/inside/explanation.h"
#include "bert/inside/hidden_tokens.h"
#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

using Says = TracedModel::Says;

Says says(tasks::Content content) {
  switch (content) {
    case tasks::Content::plain:
      return Says::words;
    case tasks::Content::words:
      return Says::tags;
    case tasks::Content::question:
      return Says::places;
    default:
      return Says::labels;
  }
}

TracedModel bare(const std::filesystem::path& directory, const bert::Config& config) {
  TracedModel to{bert::make_network("model", config),
                 std::make_shared<text::Tokenizer>(text::read_tokenizer(directory))};
  bert::load_pretrained(to.network->parameters(), to.network->initial_values(), directory);
  to.network->parameters().freeze_for_inference();
  return to;
}

std::vector<std::pair<std::string, double>> likeliest(std::span<const real> shares, int64_t top_k,
                                                      const std::function<std::string(int64_t)>& name) {
  std::vector<int64_t> ids(shares.size());
  std::iota(ids.begin(), ids.end(), int64_t{0});
  const auto end = ids.begin() + std::min<std::ptrdiff_t>(top_k, std::ssize(ids));
  std::ranges::partial_sort(ids, end, std::greater(), [&](int64_t id) { return shares[to_size(id)]; });
  std::vector<std::pair<std::string, double>> to;
  for (auto id = ids.begin(); id != end; ++id) to.emplace_back(name(*id), static_cast<double>(shares[to_size(*id)]));
  return to;
}

std::span<const real> row_of(const Array& array, int64_t row) {
  const int64_t columns = array.shape()[1];
  return {array.data() + row * columns, to_size(columns)};
}

// Of which rows what the model says is shown: the masks, if there are any.
std::vector<int64_t> shown_rows(const TracedModel& model, const text::Encoding& encoding) {
  if (model.says == Says::labels) return {0};
  std::vector<int64_t> rows = text_tokens(encoding), masks;
  for (const int64_t row : rows)
    if (encoding.ids[to_size(row)] == model.tokenizer->mask_id()) masks.push_back(row);
  return model.says == Says::words && !masks.empty() ? masks : rows;
}

// Where an answer begins and ends: the likeliest tokens of the text.
std::vector<TracedText::Saying> places(const TracedText& traced, const Tensor& scores, int64_t top_k) {
  const Array columns = softmax(transpose(scores)).value();  // [2, N]
  const auto token = [&](int64_t row) { return fmt::format("{} ({})", traced.tokens[to_size(row)], row); };
  return {{"begins", likeliest(row_of(columns, 0), top_k, token)},
          {"ends", likeliest(row_of(columns, 1), top_k, token)}};
}

std::vector<TracedText::Saying> sayings(const TracedModel& model, const text::Encoding& encoding,
                                        const TracedText& traced, int64_t top_k) {
  const Tensor& scores = traced.trace.scored.scores;
  if (!scores || model.says == Says::nothing) return {};
  if (scores.value().size() == 1) return {{"the text", {{"number", static_cast<double>(scores.value()[0])}}}};
  if (model.says == Says::places) return places(traced, scores, top_k);
  const Array shares = softmax(scores).value();
  std::vector<TracedText::Saying> to;
  for (const int64_t row : shown_rows(model, encoding))
    to.push_back({model.says == Says::labels ? "the text" : fmt::format("{} {}", row, traced.tokens[to_size(row)]),
                  likeliest(row_of(shares, row), top_k, [&](int64_t id) { return model.label(id); })});
  return to;
}

int64_t id_of(const TracedModel& model, const std::string& label) {
  if (model.says == Says::words) return model.tokenizer->vocabulary().id(label);
  const auto found = std::ranges::find(model.labels, label);
  require(found != model.labels.end(), "--label: got '{}', which is none of the model's", label);
  return found - model.labels.begin();
}

TraceTarget target_of(const TracedModel& model, const text::Encoding& encoding, const TraceOptions& options) {
  if (!options.gradient) return {};
  require(model.says != Says::nothing, "trace: got a model without a head, want one to go back from");
  std::optional<int64_t> label;
  if (!options.label.empty()) label = id_of(model, options.label);
  TraceTarget right =
      as_if_right(label, model.says == Says::places ? std::vector<int64_t>{} : shown_rows(model, encoding));
  if (model.says != Says::places) return right;
  return [right](const bert::Scored& scored) {
    bert::Scored columns;
    columns.scores = transpose(scored.scores);
    return right(columns);
  };
}

}  // namespace

std::string TracedModel::label(int64_t id) const {
  if (says == Says::words) return tokenizer->vocabulary().token(id);
  return id < std::ssize(labels) ? labels[to_size(id)] : std::to_string(id);
}

TracedModel read_traced(const std::filesystem::path& given) {
  const std::filesystem::path directory = io::model_directory(given);
  const bert::Config config = bert::read_config(directory / "config.json");
  const std::string head = bert::head_of(config);
  if (!std::filesystem::exists(directory / "task.json") && (head.empty() || head == "model"))
    return bare(directory, config);
  tasks::FineTuned model = read_explainable(directory);
  TracedModel to{std::move(model.network), model.tokenizer, says(model.task->content())};
  if (model.task->labels) to.labels = model.task->labels->names();
  return to;
}

TracedText traced(const TracedModel& model, const std::string& text, const std::string& pair,
                  const TraceOptions& options) {
  const text::Encoding encoding = pair.empty() ? model.tokenizer->encode(text) : model.tokenizer->encode(text, pair);
  const int64_t most = model.network->config().max_position_embeddings;
  require(encoding.size() <= most, "text: got {} tokens, want at most {}, which the model takes", encoding.size(),
          most);
  TracedText to{.tokens = {}, .trace = {}};
  for (const int64_t id : encoding.ids) to.tokens.push_back(model.tokenizer->vocabulary().token(id));
  to.trace =
      trace_of(*model.network, bert::Batch::of({{encoding.ids, encoding.types}}), target_of(model, encoding, options));
  to.sayings = sayings(model, encoding, to, options.top_k);
  return to;
}

}  // namespace bertlet::inside
