#include "bert/tasks/fine_tuned.h"

#include <algorithm>

#include "bert/data/batches.h"
#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/finite.h"
#include "core/mapped.h"
#include "core/names.h"
#include "core/real.h"
#include "core/require.h"
#include "core/warning.h"

namespace bertlet::tasks {

namespace {

namespace fs = std::filesystem;

constexpr const char *labels_name = "label.txt", *task_name = "task.json";

std::unique_ptr<Task> read_task(const fs::path& file) {
  const io::JsonDocument document = io::read_json(io::verified(file));
  const io::JsonPlace name = document.root()["task"];
  if (std::ranges::find(task_names(), name.string()) == task_names().end())
    name.refuse("one of: " + joined(task_names(), " "));
  std::unique_ptr<Task> task = make_task(name.string());
  task->visit([&](const options::Option& option) { options::read({option}, document.root()); });
  return task;
}

// What transformers call labels that nobody has named.
bool is_unnamed(const bert::Config& config) {
  for (std::size_t i = 0; i < config.labels.size(); ++i)
    if (config.labels[i] != fmt::format("LABEL_{}", i)) return false;
  return true;
}

// label.txt is in the order of the model's outputs, as id2label is.
Labels labels_in(const fs::path& file, const bert::Config& config) {
  Labels labels = Labels::read(io::verified(file));
  require(labels.size() == std::ssize(config.labels),
          "{}: has {} labels, and id2label in config.json {}: want the same ones", file.string(), labels.size(),
          config.labels.size());
  for (int64_t i = 0; i < labels.size() && !is_unnamed(config); ++i)
    require(labels.name(i) == config.labels[to_size(i)],
            "{}:{}: has '{}', and id2label in config.json '{}': want the same ones in the same order", file.string(),
            i + 1, labels.name(i), config.labels[to_size(i)]);
  return labels;
}

std::unique_ptr<Task> task_in(const fs::path& directory, const bert::Config& config, std::unique_ptr<Task> otherwise) {
  if (fs::exists(directory / task_name)) {
    std::unique_ptr<Task> task = read_task(directory / task_name);
    if (fs::exists(directory / labels_name))
      task->labels = labels_in(directory / labels_name, config);
    else if (task->has_named_classes())
      task->labels = Labels(config.labels);
    return task;
  }
  if (std::unique_ptr<Task> task = task_for(config)) return task;
  require(otherwise != nullptr,
          "{}: has no task.json, and its config.json names no head that a task has — want a model that was fine-tuned, "
          "its run, or a directory of transformers' BertForSequenceClassification, BertForTokenClassification, …",
          directory.string());
  otherwise->take(config);
  return otherwise;
}

std::vector<const Item*> longest_first(const std::vector<Item>& items) {
  auto order = mapped(items, [](const Item& item) { return &item; });
  std::ranges::stable_sort(order, std::greater(), [](const Item* item) { return item->tokens(); });
  return order;
}

}  // namespace

ReadOptions FineTuned::read_options(Use use) const {
  const bool strict = use != Use::predicting;
  return {.content = task->content(),
          .label = strict ? LabelColumn::needed : LabelColumn::if_there,
          .columns = task->columns,
          .bad_rows = strict ? BadRows::refused : BadRows::collected};
}

std::unique_ptr<Data> FineTuned::read(const fs::path& file, Use use) const {
  return task->data(read_examples(file, read_options(use)), *tokenizer, use);
}

Scores FineTuned::score(ItemSpan items, Pass& pass) const {
  Scores to{.batch = batch_of(items), .wanted = task->wanted(items), .scored = {}};
  const bert::EncoderOptions options{.head_mask = head_mask, .hidden_states = all_states};
  to.scored = network->score(to.batch, pass, options, network->rows_of(to.batch, to.wanted));
  return to;
}

Outcome FineTuned::outcome(const Data& data, int64_t tokens, const Progress& progress) const {
  const std::vector<const Item*> order = longest_first(data.items);
  const std::vector<int64_t> lengths = mapped(order, &Item::tokens);
  Outcome to{.outputs = std::vector<Output>(order.size())};
  double loss = 0, weight = 0;
  for (int64_t begin = 0; const int64_t end : data::cut_batches(lengths, tokens)) {
    const ItemSpan batch = ItemSpan(order).subspan(to_size(begin), to_size(end - begin));
    Pass pass;
    const Scores scores = score(batch, pass);
    if (scores.scored.scores) require_finite(scores.scored.scores.value(), "the model's scores");
    std::vector<Output> some = task->outputs(*network, scores, batch);
    for (std::size_t i = 0; i < some.size(); ++i)
      to.outputs[to_size(batch[i] - data.items.data())] = std::move(some[i]);
    begin = end;
    if (progress) progress(end);
    const double share = network->has_loss(scores.wanted) ? task->weight(scores) : 0;
    if (!data.examples.labelled || share == 0) continue;
    loss += share * static_cast<double>(this->loss(scores).item());
    weight += share;
  }
  if (weight > 0) to.loss = loss / weight;
  return to;
}

void FineTuned::write(const fs::path& directory) const {
  bert::save_model(directory, network->config(), network->parameters(), io::real_type);
  text::write_tokenizer(*tokenizer, directory);
  write_task(*task, directory);
}

void write_task(Task& task, const fs::path& directory) {
  io::remove_checksums(directory);
  io::Json json{{"task", task.facts().name}};
  task.visit([&](const options::Option& option) { json[option.key()] = options::value_of(option); });
  io::write_file(directory / task_name, json.dump(1) + "\n");
  if (task.labels) task.labels->write(directory / labels_name);
  io::write_checksums(directory);
}

FineTuned read_fine_tuned(const fs::path& given, std::unique_ptr<Task> otherwise, std::optional<Precision> precision) {
  const fs::path directory = io::model_directory(given);
  const bert::Config config = bert::read_config(directory / "config.json");
  FineTuned to{.task = task_in(directory, config, std::move(otherwise)),
               .tokenizer = std::make_shared<text::Tokenizer>(text::read_tokenizer(directory))};
  for (const std::string& remark :
       bert::check_vocabulary(to.tokenizer->vocabulary().size(), config, directory.string()))
    warn(fmt::format("{}: {}", directory.string(), remark));
  to.network = to.task->network(config);
  to.network->parameters().freeze_for_inference(precision);
  const StateReport report =
      bert::load_checkpoint(to.network->parameters(), to.network->initial_values(), io::open_checkpoint(directory));
  require(report.missing.empty(), "{}: {}", directory.string(), report.text());
  return to;
}

}  // namespace bertlet::tasks
