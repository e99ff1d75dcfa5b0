#include "bert/tasks/task.h"

#include <algorithm>
#include <numeric>

#include "bert/heads/network.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr int bar_width = 20;

// In the order in which help lists them.
constexpr MakeTask* all[] = {classify, pair, multilabel, regress, ner, qa, choice, siamese, next_sentence, mlm, causal};

}  // namespace

std::unique_ptr<Task> make_task(const std::string& name) {
  for (MakeTask* make : all)
    if (std::unique_ptr<Task> task = make(); task->facts().name == name) return task;
  throw Error(fmt::format("task: got '{}', want one of {}", name, joined(task_names(), " ")));
}

const std::vector<std::string>& task_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> to;
    for (MakeTask* make : all) to.push_back(make()->facts().name);
    return to;
  }();
  return names;
}

// The first task whose model has this architecture; of texts that with the problem of the config.
std::unique_ptr<Task> task_for(const bert::Config& config) {
  const io::Json* names = config.file.find("architectures");
  if (!names || !names->is_array() || names->size() == 0) return {};
  for (MakeTask* make : all) {
    std::unique_ptr<Task> task = make();
    if (!(names->elements()[0] == task->facts().architecture) || !task->fits(config)) continue;
    task->take(config);
    return task;
  }
  return {};
}

std::string Task::cannot_teach() const {
  const bool has_classes = has_named_classes() || class_loss() != ClassLoss::none;
  return has_classes ? "" : "has no classes that are chosen one by one";
}

void Task::visit(const options::Visitor& f) {
  f({"max-length",
     &max_length,
     "Tokens per sequence, with [CLS] and [SEP]; auto: 95 % are no longer",
     {.least = 3, .most = 1 << 20, .empty = "auto"}});
  visit_columns(f);
  visit_use(f);
  visit_own(f);
}

void Task::visit_columns(const options::Visitor& f) { tasks::visit(columns, content(), f); }

void visit(ColumnChoice& columns, Content content, const options::Visitor& f) {
  if (content == Content::words || content == Content::question) return;
  f({"text", &columns.text, "Column of the text, by name or number", {.type = "COLUMN"}});
  if (content == Content::pair || content == Content::text_or_pair || content == Content::choice)
    f({"text-b", &columns.text_b, "Column of the second text", {.type = "COLUMN"}});
  if (content != Content::plain) f({"label", &columns.label, "Column of the label", {.type = "COLUMN"}});
}

void Task::visit_loss(const options::Visitor& f) {
  if (class_loss() == ClassLoss::none) return;
  f({"smoothing", &smoothing, "Label smoothing", {.least = 0, .most = 0.99}});
  if (class_loss() == ClassLoss::weighted) f({"balanced", &balanced, "Weigh rare classes more"});
}

std::vector<std::string> Task::labels_of(const Example&) const { return {}; }

void Task::learn_labels(const Examples& examples) {
  if (labels || !has_named_classes()) return;
  std::vector<std::string> seen;
  for (const Example& row : examples.rows)
    for (std::string& label : labels_of(row)) seen.push_back(std::move(label));
  labels = Labels::of(seen);
}

void Task::take(const bert::Config& config) {
  max_length = config.max_position_embeddings;
  if (has_named_classes()) labels = Labels(config.labels);
}

int64_t Task::length(const Example& row, const text::Tokenizer& tokenizer) const {
  return 2 + tokens_of(row.text, tokenizer) + (row.text_b.empty() ? 0 : 1 + tokens_of(row.text_b, tokenizer));
}

int64_t tokens_of(std::string_view text, const text::Tokenizer& tokenizer) {
  return std::ssize(tokenizer.tokenize(text, text::Keep::ids).ids);
}

std::vector<Item> Task::drawn(const Data&, ItemSpan, const Rng&) const { return {}; }

double Task::weight(const Scores& scores) const {
  const std::vector<int64_t>& wanted = scores.wanted.labels;
  if (wanted.empty()) return static_cast<double>(scores.batch.groups.count());
  return static_cast<double>(std::ssize(wanted) - std::ranges::count(wanted, no_label));
}

Examples Task::asked(const std::vector<std::string>& texts, const std::string&, const text::Tokenizer&) const {
  const bool pairs = content() == Content::pair || (content() == Content::text_or_pair && texts.size() > 1);
  require(texts.size() == (pairs ? 2U : 1U), "{}: got {} texts, want {}", facts().name, texts.size(), pairs ? 2 : 1);
  Examples to{.file = "prompt", .columns = {.text = "text", .text_b = pairs ? "text_b" : ""}};
  to.rows.push_back({.line = 1, .text = texts[0], .text_b = pairs ? texts[1] : ""});
  return to;
}

std::unique_ptr<bert::Network> Task::network(bert::Config config) const {
  config = named(std::move(config), true);
  return bert::make_network(bert::head_of(config), config);
}

bert::Config Task::named(bert::Config config, bool is_plain, bert::Problem problem) const {
  if (labels) config.labels = labels->names();
  config.problem_type = problem;
  config.file["architectures"] = {is_plain ? facts().architecture : "BertModel"};
  return config;
}

LabelsOf labels_by(const Task& task) {
  if (task.has_numbers() || task.content() == Content::plain) return {};
  return [&task](const Example& row) { return task.labels_of(row); };
}

DataReportOptions report_options(const Task& task, const text::Tokenizer& tokenizer) {
  return {.labels_of = labels_by(task), .length = [&](const Example& row) { return task.length(row, tokenizer); }};
}

metrics::Measures measures(const Task& task, const Data& data, Outputs outputs) {
  return task.measuring(data, outputs)(all_examples(data));
}

std::vector<int64_t> all_examples(const Data& data) {
  std::vector<int64_t> numbers(to_size(data.size()));
  std::iota(numbers.begin(), numbers.end(), int64_t{0});
  return numbers;
}

int64_t first_item(const Data& data, int64_t i) {
  return std::ranges::lower_bound(data.items, i, {}, &Item::example) - data.items.begin();
}

Outputs outputs_of(const Data& data, int64_t i, Outputs outputs) {
  const int64_t begin = first_item(data, i), end = first_item(data, i + 1);
  return outputs.subspan(to_size(begin), to_size(end - begin));
}

std::string place_of(const Data& data, int64_t i) { return data.examples.place(data.row(i)); }

Record record_of(const Data& data, int64_t i) {
  const Examples& examples = data.examples;
  const Example& row = data.row(i);
  Record to{{"line", row.line}, {"text", row.text}};
  if (!examples.columns.text_b.empty()) to["text_b"] = row.text_b;
  if (!examples.columns.label.empty()) to["label"] = row.label;
  for (std::size_t other = 0; other < row.others.size(); ++other) to[examples.others[other]] = row.others[other];
  return to;
}

metrics::Confusion confusion_of(const Data& data, Outputs outputs, Chosen chosen, int64_t classes) {
  std::vector<int64_t> is, said;
  for (const int64_t i : chosen) {
    is.push_back(data.items[to_size(i)].labels[0]);
    said.push_back(outputs[to_size(i)].best());
  }
  return {is, said, classes};
}

std::vector<Output> frequent_classes(const Data& data, int64_t classes) {
  std::vector<real> counts(to_size(classes));
  for (const Item& item : data.items) counts[to_size(item.labels[0])] += 1;
  return std::vector<Output>(data.items.size(), Output{.scores = counts});
}

Shares shares_of(const std::vector<std::string>& names, const std::vector<double>& shares) {
  Shares to;
  for (std::size_t i = 0; i < shares.size(); ++i) to.push_back({names[i], shares[i]});
  return to;
}

std::string shares_shown(Shares shares) {
  std::size_t width = 0;
  for (const Share& each : shares) width = std::max(width, each.name.size());
  std::ranges::stable_sort(shares, std::greater(), &Share::share);
  std::string to;
  for (const auto& [name, share] : shares) {
    const auto filled = to_size(share * bar_width + 0.5);
    to += fmt::format("{:<{}}  {:.4f}{}{}\n", name, width, share, filled ? "  " : "", std::string(filled, '#'));
  }
  return to;
}

Record shares_record(Shares shares) {
  std::ranges::stable_sort(shares, std::greater(), &Share::share);
  Record to = Record::array();
  for (const auto& [name, share] : shares) to.push_back({{"label", name}, {"score", share}});
  return to;
}

}  // namespace bertlet::tasks
