#include "apps/bertlet/finetuning/job.h"

#include "core/names.h"
#include "core/real.h"
#include "core/require.h"

namespace apps {

namespace {

namespace optim = bertlet::optim;
using bertlet::io::Json;

constexpr int64_t shortest_length = 8;

tasks::Selection selection_for(const FinetuneOptions& options, const tasks::Examples& examples,
                               const tasks::FineTuned& model) {
  tasks::SelectionOptions to = options.selection;
  to.seed = options.common.seed;
  to.held_out = options.dev.empty() ? options.held_out : 0;
  to.cleaning.max_length = *model.task->max_length;
  if (options.drop_long)
    to.cleaning.length = [&](const tasks::Example& row) { return model.task->length(row, *model.tokenizer); };
  return select_rows(examples, labels_by(*model.task), to);
}

// What is in the training file; --max-length auto is what 95 % of its rows need, or for a student what its teacher had.
tasks::DataReport report_for(const tasks::Examples& examples, const tasks::FineTuned& model,
                             const bert::Config& config) {
  tasks::DataReportOptions to = report_options(*model.task, *model.tokenizer);
  to.fit = !model.task->max_length;
  to.max_length = model.task->max_length.value_or(config.max_position_embeddings);
  return data_report(examples, *model.tokenizer, to);
}

// What is in the files, and which of their rows are learned from. Labels are those of the whole training file.
void look_at_data(const FinetuneOptions& options, tasks::Examples examples, const bert::Config& config,
                  FinetuneJob& job) {
  tasks::FineTuned& model = job.model;
  if (options.inspect > 0) model.task->keep = text::Keep::offsets;
  job.report = report_for(examples, model, config);
  model.task->max_length = std::max(job.report.max_length, shortest_length);
  model.task->learn_labels(examples);
  const tasks::Selection selection = selection_for(options, examples, model);
  job.cleaning = selection.cleaning;
  tasks::Examples dev;
  if (!options.dev.empty()) {
    dev = read_examples(options.dev, model.read_options(tasks::Use::measuring));
    job.leaked = leaked(examples, dev);
  } else if (!selection.rows.dev.empty()) {
    dev = examples;
    dev.rows = those(examples.rows, selection.rows.dev);
  }
  if (selection.rows.train.size() < examples.rows.size()) examples.rows = those(examples.rows, selection.rows.train);
  job.train = model.task->data(std::move(examples), *model.tokenizer, tasks::Use::training);
  if (dev.rows.empty()) return;
  job.dev = model.task->data(std::move(dev), *model.tokenizer, tasks::Use::measuring);
  job.references = references(*model.task, *job.dev);
}

FinetuneJob job_with_labels(const FinetuneOptions& options) {
  FinetuneJob job{.model = {.task = options.task}};
  tasks::FineTuned& model = job.model;
  model.task->check();
  const tasks::Examples examples = read_examples(options.train, model.read_options(tasks::Use::training));
  model.tokenizer = std::make_shared<text::Tokenizer>(tokenizer_for(options.model, examples));
  const bert::Config config = config_for(options.model, *model.tokenizer);
  bertlet::require(options.labels.empty() || model.task->has_named_classes(),
                   "--labels: got {}, but nothing is learned that has names", options.labels);
  if (!options.labels.empty()) model.task->labels = tasks::Labels::read(options.labels);
  look_at_data(options, examples, config, job);
  model.network = model.task->network(config);
  give_values(*model.network, options.model, options.common);
  return job;
}

// Labels, vocabulary and what a text becomes are the teacher's.
FinetuneJob job_with_teacher(FinetuneOptions& options) {
  const TeacherOptions& of = *options.teacher;
  FinetuneJob job{.teacher = tasks::read_teacher(of.teacher)};
  job.model = student_of(*job.teacher, options);
  tasks::Task& task = *job.model.task;
  if (of.max_length) task.max_length = of.max_length;
  task.columns = of.columns;
  look_at_data(options, read_examples(options.train, job.model.read_options(tasks::Use::training)),
               job.model.network->config(), job);
  if (of.unlabelled.empty()) return job;
  bertlet::require(task.class_loss() != tasks::ClassLoss::none && task.content() != tasks::Content::words,
                   "--unlabelled: the teacher's task is {}, want one with a class for each text", task.facts().name);
  const std::unique_ptr<tasks::Data> more = job.model.read(of.unlabelled, tasks::Use::predicting);
  for (tasks::Item& item : more->items) {
    item.labels = {bertlet::no_label};
    job.train->items.push_back(std::move(item));
  }
  return job;
}

std::vector<optim::Group> groups_of(const bert::Network& network, const bertlet::Parameters& parameters,
                                    const FinetuneOptions& options) {
  std::vector<optim::Group> groups = {optim::no_decay()};
  if (options.layer_decay < 1)
    for (optim::Group& group :
         optim::layerwise_decay(options.layer_decay, static_cast<int>(network.config().num_hidden_layers),
                                "*encoder.layer.{}.*", "*embeddings.*"))
      groups.push_back(std::move(group));
  optim::Group head{.patterns = {}, .weight_decay = options.head_decay, .lr_scale = options.head_lr};
  for (const bertlet::Parameter& parameter : parameters.list())
    if (!parameter.name.starts_with("bert.")) head.patterns.push_back(parameter.name);
  if (options.head_lr != 1 || options.head_decay) groups.push_back(std::move(head));
  return groups;
}

// A name that nothing measures is told before the training, not at its first evaluation.
std::string best_measure(const train::TrainerOptions& trainer, const FinetuneJob& job) {
  bertlet::require(job.dev || (trainer.best_by.empty() && trainer.patience == 0 && trainer.patience_steps == 0),
                   "--best-by and --patience: got nothing to measure on, want --dev or --held-out");
  if (!job.dev) return "";
  const tasks::Task& task = *job.model.task;
  std::vector<std::string> names;
  for (const metrics::Measure& measure : measures(task, *job.dev, task.baseline(*job.dev)))
    names.push_back(measure.name);
  if (trainer.best_by.empty()) return names[0];
  if (std::ranges::find(names, "loss") == names.end()) names.emplace_back("loss");
  bertlet::require_one_of("--best-by", trainer.best_by, names);
  return trainer.best_by;
}

}  // namespace

FinetuneJob finetune_job(FinetuneOptions& options) {
  FinetuneJob job = options.teacher ? job_with_teacher(options) : job_with_labels(options);
  options.lr = options.lr.value_or(options.model.is_fresh() ? 5e-4 : 5e-5);
  return job;
}

train::TrainerOptions trainer_options(const FinetuneOptions& options, const FinetuneJob& job,
                                      int64_t batches_of_an_epoch) {
  train::TrainerOptions to = options.trainer;
  const double batches = options.epochs * static_cast<double>(batches_of_an_epoch);
  const int64_t least = options.epochs == 0 ? 0 : 1;
  to.steps = std::max<int64_t>(least, std::llround(batches / static_cast<double>(to.accumulate)));
  to.warmup = std::llround(options.warmup * static_cast<double>(to.steps));
  to.seed = options.common.seed;
  to.choice.lr = *options.lr;
  std::optional<int64_t>& width = to.schedule_numbers.noam_width;
  if (to.schedule == "noam" && !width) width = job.model.network->config().hidden_size;
  to.choice.groups = groups_of(*job.model.network, job.model.network->parameters(), options);
  const int64_t epoch = std::max<int64_t>(1, batches_of_an_epoch / to.accumulate);
  if (to.evaluate_every == 0) to.evaluate_every = epoch;
  if (to.save_every == 0) to.save_every = epoch;
  to.keep = std::max(to.keep, options.average);
  to.best_by = best_measure(to, job);
  train::check(to);
  return to;
}

Json facts_of(const FinetuneJob& job) {
  return {{"version", BERTLET_VERSION},
          {"task", job.model.task->facts().name},
          {"references", train::json_of(job.references)},
          {"data", json_of(job.report)},
          {"histograms", histograms(job.report)}};
}

std::string text_of(const FinetuneJob& job) {
  std::string to = text_of(job.report);
  if (std::ssize(job.cleaning.kept) < job.cleaning.rows) to += text_of(job.cleaning) + "\n";
  if (job.leaked > 0) to += fmt::format("warning: {} examples of --dev stand in --train, too\n", job.leaked);
  return to + fmt::format("{} examples, {} of at most {} tokens to train on, {} to measure on\n", job.train->size(),
                          job.train->items.size(), *job.model.task->max_length, job.dev ? job.dev->size() : 0);
}

}  // namespace apps
