#include "bert/tasks/fine_tuned.h"

#include <algorithm>
#include <numeric>

#include "bert/io/file.h"
#include "bert/io/model_directory.h"
#include "bert/io/pretrained.h"
#include "bert/tasks/tasks.h"
#include "bert/text/tokenizer_files.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

namespace fs = std::filesystem;

constexpr const char *labels_name = "label.txt", *task_name = "task.json";

std::unique_ptr<Task> read_task(const fs::path& file) {
  const io::JsonDocument document = io::read_json(file);
  const io::JsonPlace name = document.root()["task"];
  if (std::ranges::find(task_names(), name.string()) == task_names().end())
    name.refuse("one of: " + joined(task_names(), " "));
  std::unique_ptr<Task> task = make_task(name.string());
  task->visit([&](const options::Option& option) { options::read({option}, document.root()); });
  return task;
}

std::unique_ptr<Task> task_in(const fs::path& directory, const bert::Config& config) {
  if (fs::exists(directory / task_name)) {
    std::unique_ptr<Task> task = read_task(directory / task_name);
    if (fs::exists(directory / labels_name))
      task->labels = Labels::read(directory / labels_name);
    else if (task->has_named_classes())
      task->labels = Labels(config.labels);
    return task;
  }
  std::unique_ptr<Task> task = task_for(config);
  require(task != nullptr,
          "{}: has no task.json, and its config.json names no head that a task has — want a model that was fine-tuned, "
          "its run, or a directory of transformers' BertForSequenceClassification, BertForTokenClassification, …",
          directory.string());
  return task;
}

// Tokenizer and network, where the task is known.
FineTuned read_model(const fs::path& directory, const bert::Config& config, std::unique_ptr<Task> task) {
  FineTuned to{.task = std::move(task),
               .tokenizer = std::make_shared<text::Tokenizer>(text::read_tokenizer(directory))};
  bert::check_vocabulary(to.tokenizer->vocabulary().size(), config, directory.string());
  to.network = to.task->network(config);
  const StateReport report =
      bert::load_checkpoint(to.network->parameters(), to.network->initial_values(), io::open_checkpoint(directory));
  require(report.missing.empty(), "{}: {}", directory.string(), report.text());
  to.network->parameters().freeze("*");
  return to;
}

std::vector<std::size_t> longest_first(const std::vector<Item>& items) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return items[i].tokens(); });
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
  to.scored = network->score(to.batch, pass, {.head_mask = head_mask}, network->rows_of(to.batch, to.wanted));
  return to;
}

Outcome FineTuned::outcome(const Data& data, std::int64_t tokens, const Progress& progress) const {
  const std::vector<std::size_t> order = longest_first(data.items);
  Outcome to{.outputs = std::vector<Output>(data.items.size())};
  double loss = 0, weight = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::vector<const Item*> batch;
    for (std::int64_t room = tokens; begin + batch.size() < order.size();) {
      const Item& next = data.items[order[begin + batch.size()]];
      room -= next.tokens();
      if (room < 0 && !batch.empty()) break;
      batch.push_back(&next);
    }
    Pass pass;
    const Scores scores = score(batch, pass);
    std::vector<Output> some = task->outputs(*network, scores.batch, scores.scored, batch);
    for (Output& output : some) to.outputs[order[begin++]] = std::move(output);
    if (progress) progress(static_cast<std::int64_t>(begin));
    const double share = network->has_loss(scores.wanted) ? task->weight(scores.batch, scores.wanted) : 0;
    if (data.examples.labelled && share > 0) {
      loss += share * static_cast<double>(this->loss(scores).item());
      weight += share;
    }
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
  io::Json json{{"task", task.facts().name}};
  task.visit([&](const options::Option& option) { json[option.key()] = options::value_of(option); });
  io::write_file(directory / task_name, json.dump(1) + "\n");
  if (task.labels) task.labels->write(directory / labels_name);
}

FineTuned read_fine_tuned(const fs::path& given) {
  const fs::path directory = io::model_directory(given);
  const bert::Config config = bert::read_config(directory / "config.json");
  return read_model(directory, config, task_in(directory, config));
}

FineTuned read_language_model(const fs::path& given) {
  const fs::path directory = io::model_directory(given);
  const bert::Config config = bert::read_config(directory / "config.json");
  std::unique_ptr<Task> task = mlm();
  task->take(config);
  return read_model(directory, config, std::move(task));
}

}  // namespace bertlet::tasks
