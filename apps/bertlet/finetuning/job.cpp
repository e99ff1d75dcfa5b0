#include "apps/bertlet/finetuning/job.h"

#include <charconv>

#include "apps/bertlet/finetuning/model.h"
#include "bert/view/measure.h"
#include "core/joined.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace optim = bertlet::optim;
namespace tasks = bertlet::tasks;
namespace text = bertlet::text;
namespace train = bertlet::train;
namespace fs = std::filesystem;
using bertlet::io::Json;
bool has_teacher(const FinetuneOptions& options) { return !options.distill.teacher.empty(); }

std::vector<bertlet::real> class_weights(const tasks::Data& data, std::int64_t labels) {
  std::vector<bertlet::real> counts(static_cast<std::size_t>(labels));
  bertlet::real all = 0;
  for (const tasks::Item& item : data.items())
    for (const std::int64_t label : item.labels)
      if (label >= 0) counts[static_cast<std::size_t>(label)] += 1, all += 1;
  for (bertlet::real& count : counts)
    count = all / (static_cast<bertlet::real>(labels) * std::max(count, bertlet::real(1)));
  return counts;
}

void check(const FinetuneOptions& options) {
  const bool weighs = options.balanced || options.smoothing > 0;
  bertlet::require(!weighs || !options.setup.crf,
                   "finetune: got --crf with --balanced or --smoothing, want neither beside it");
  bertlet::require(!weighs || options.setup.task != "siamese" || options.setup.objective == "classes",
                   "finetune: got --balanced or --smoothing with --objective {}, want classes",
                   options.setup.objective);
}

tasks::Selection selection_for(const FinetuneOptions& options, const tasks::Recipe& recipe,
                               const tasks::Examples& examples, const tasks::FineTuned& model) {
  tasks::SelectionOptions to = options.selection;
  to.held_out = options.dev.empty() ? options.held_out : 0;
  to.cleaning.max_length = model.setup.data.max_length;
  if (options.drop_long)
    to.cleaning.length = [&](const tasks::Example& row) { return recipe.length(row, *model.tokenizer); };
  return select_rows(examples, recipe.labelling(model.setup), to);
}

std::int64_t given_length(const std::string& number) {
  std::int64_t length = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), length);
  if (error != std::errc() || end != number.data() + number.size() || length < 3)
    throw WrongUsage("--max-length: got '" + number + "', want auto or a number from 3");
  return length;
}

tasks::DataReport report_for(const FinetuneOptions& options, const tasks::Examples& examples,
                             const tasks::FineTuned& model, const bert::Config& config) {
  tasks::DataReportOptions to = report_options(model.setup, *model.tokenizer);
  const bool is_given = options.max_length != "auto";
  to.fit = !is_given && !has_teacher(options);
  to.max_length = is_given ? given_length(options.max_length) : config.max_position_embeddings;
  if (!is_given && has_teacher(options)) to.max_length = std::min(to.max_length, model.setup.data.max_length);
  return data_report(examples, *model.tokenizer, to);
}

// Labels are those of the whole training file, whichever of its rows are learned from.
void read_data(const FinetuneOptions& options, const tasks::Recipe& recipe, const tasks::Selection& selection,
               FinetuneJob& job) {
  tasks::FineTuned& model = job.model;
  const auto read = [&](tasks::Purpose purpose) {
    return recipe.data(options.train, *model.tokenizer, model.setup, std::move(purpose), model.labels);
  };
  job.train = read({tasks::Purpose::training});
  if (std::ssize(selection.rows.train) < selection.cleaning.rows)
    job.train = read({tasks::Purpose::training, selection.rows.train});
  if (!selection.rows.dev.empty())
    job.dev = read({tasks::Purpose::measuring, selection.rows.dev});
  else if (!options.dev.empty())
    job.dev = model.read(options.dev, {tasks::Purpose::measuring});
}

// What is in the files, and which of their rows are learned from.
void look_at_data(const FinetuneOptions& options, const tasks::Recipe& recipe, const tasks::Examples& examples,
                  const bert::Config& config, FinetuneJob& job) {
  tasks::FineTuned& model = job.model;
  job.report = report_for(options, examples, model, config);
  model.setup.data.max_length = std::max<std::int64_t>(job.report.max_length, 8);
  const tasks::Selection selection = selection_for(options, recipe, examples, model);
  job.cleaning = selection.cleaning;
  if (!options.dev.empty())
    job.leaked = leaked(examples, recipe.examples(options.dev, model.setup, tasks::BadRows::refused));
  read_data(options, recipe, selection, job);
}

std::vector<optim::Group> groups_of(const tasks::Learner& learner, const bertlet::Parameters& parameters,
                                    const FinetuneOptions& options) {
  std::vector<optim::Group> groups = {optim::no_decay()};
  if (options.layer_decay < 1)
    for (optim::Group& group :
         optim::layerwise_decay(options.layer_decay, static_cast<int>(learner.config().num_hidden_layers),
                                "*encoder.layer.{}.*", "*embeddings.*"))
      groups.push_back(std::move(group));
  optim::Group head{.patterns = {}, .weight_decay = options.head_decay, .lr_scale = options.head_lr};
  for (const bertlet::Parameter& parameter : parameters.list())
    if (!parameter.name.starts_with("bert.")) head.patterns.push_back(parameter.name);
  if (options.head_lr != 1 || options.head_decay) groups.push_back(std::move(head));
  return groups;
}

FinetuneJob job_with_labels(const FinetuneOptions& options) {
  check(options);
  const tasks::Recipe& recipe = tasks::recipe_named(options.setup.task);
  const tasks::Examples examples = recipe.examples(options.train, options.setup, tasks::BadRows::refused);
  FinetuneJob job{.model = {.setup = options.setup,
                            .tokenizer = std::make_unique<text::Tokenizer>(tokenizer_for(options, examples))}};
  tasks::FineTuned& model = job.model;
  bert::Config config = config_for(options, *model.tokenizer);
  if (!options.labels.empty()) model.labels = tasks::Labels::read(options.labels);
  look_at_data(options, recipe, examples, config, job);

  if (model.labels) config.labels = model.labels->names();
  if (!model.labels && options.setup.task == "regress") config.set_num_labels(1);
  tasks::LossOptions loss{.smoothing = static_cast<bertlet::real>(options.smoothing)};
  if (options.balanced) loss.weights = class_weights(*job.train, config.num_labels());
  model.learner = recipe.learner(config, model.setup, loss);
  give_values(*model.learner, options);
  return job;
}

// Labels, vocabulary and what a text becomes are the teacher's.
FinetuneJob job_with_teacher(const FinetuneOptions& options) {
  const DistillOptions& distill = options.distill;
  FinetuneJob job{.model = tasks::read_teacher(distill.teacher)};
  tasks::FineTuned& model = job.model;
  tasks::check_teacher(model.setup, distill.teacher);
  model.setup.data.columns = options.setup.data.columns;
  std::unique_ptr<tasks::Learner> student = student_of(model, options);
  const tasks::Recipe& recipe = tasks::recipe_named(model.setup.task);
  const tasks::Examples examples = recipe.examples(options.train, model.setup, tasks::BadRows::refused);
  look_at_data(options, recipe, examples, student->config(), job);
  if (!distill.unlabelled.empty()) {
    bertlet::require(recipe.labelling(model.setup) == tasks::Labelling::one,
                     "--unlabelled: the teacher's task is {}, want one with a class for each text", model.setup.task);
    job.train->add_unlabelled(*model.read(distill.unlabelled, {tasks::Purpose::predicting}));
  }
  job.teacher = std::move(model.learner);
  const bool equal_widths = student->config().hidden_size == job.teacher->config().hidden_size;
  model.learner = tasks::distilling_learner(std::move(student), *job.teacher, loss_for(distill, equal_widths));
  return job;
}

}  // namespace

FinetuneJob finetune_job(const FinetuneOptions& options) {
  return has_teacher(options) ? job_with_teacher(options) : job_with_labels(options);
}

namespace {

// A name that nothing measures is told before the training, not at its first evaluation.
std::string best_measure(const train::TrainerOptions& trainer, const FinetuneJob& job) {
  bertlet::require(job.dev || (trainer.best_by.empty() && trainer.patience == 0 && trainer.patience_steps == 0),
                   "--best-by and --patience: got nothing to measure on, want --dev or --held-out");
  if (!job.dev) return "";
  const train::Measures measures = job.dev->measures(job.dev->baseline());
  if (trainer.best_by.empty()) return measures[0].first;
  std::vector<std::string> names;
  for (const auto& [name, value] : measures) names.push_back(name);
  bertlet::require(train::measured(measures, trainer.best_by).has_value(), "--best-by: got '{}', want one of: {}",
                   trainer.best_by, bertlet::joined(names, " "));
  return trainer.best_by;
}

}  // namespace

train::TrainerOptions trainer_options(const FinetuneOptions& options, const FinetuneJob& job,
                                      std::int64_t batches_of_an_epoch) {
  train::TrainerOptions to = options.trainer;
  const double batches = options.epochs * static_cast<double>(batches_of_an_epoch);
  to.steps = std::max<std::int64_t>(1, std::llround(batches / static_cast<double>(to.accumulate)));
  to.warmup = std::llround(options.warmup * static_cast<double>(to.steps));
  to.seed = options.common.seed;
  to.choice.lr = options.lr.value_or(is_fresh(options) ? 5e-4 : 5e-5);
  to.choice.groups = groups_of(*job.model.learner, job.model.learner->parameters(), options);
  const std::int64_t epoch = std::max<std::int64_t>(1, batches_of_an_epoch / to.accumulate);
  if (to.evaluate_every == 0) to.evaluate_every = epoch;
  if (to.save_every == 0) to.save_every = epoch;
  to.keep = std::max(to.keep, options.average);
  to.best_by = best_measure(to, job);
  to.larger_is_better = bertlet::view::better(to.best_by) != bertlet::view::Better::smaller;
  return to;
}

Json settings_of(const FinetuneOptions& options, const train::TrainerOptions& trainer, const FinetuneJob& job) {
  Json to = apps::settings_of(trainer);
  to.update({{"program", "bertlet finetune"},
             {"model", options.model},
             {"train", options.train},
             {"dev", options.dev},
             {"held_out", options.held_out},
             {"fraction", options.selection.fraction},
             {"drop_duplicates", options.selection.cleaning.duplicates},
             {"drop_long", options.drop_long},
             {"setup", json_of(job.model.setup)},
             {"batch", options.tuning.batch},
             {"smoothing", options.smoothing},
             {"balanced", options.balanced},
             {"r_drop", options.tuning.r_drop},
             {"fgm", options.tuning.fgm},
             {"freeze", options.freeze},
             {"fresh_layers", options.fresh_layers},
             {"layer_decay", options.layer_decay},
             {"head_lr", options.head_lr},
             {"head_decay", options.head_decay ? Json(*options.head_decay) : Json()},
             {"dropout", job.model.learner->config().hidden_dropout_prob}});
  if (has_teacher(options)) to["distill"] = json_of(options.distill);
  return to;
}

Json facts_of(const FinetuneJob& job) {
  const train::References references = job.dev ? job.dev->references() : train::References();
  return {{"version", BERTLET_VERSION},
          {"references", train::json_of(references)},
          {"data", json_of(job.report)},
          {"histograms", histograms(job.report)}};
}

std::string text_of(const FinetuneJob& job) {
  std::string to = text_of(job.report);
  if (std::ssize(job.cleaning.kept) < job.cleaning.rows) to += text_of(job.cleaning) + "\n";
  if (job.leaked > 0) to += fmt::format("warning: {} examples of --dev stand in --train, too\n", job.leaked);
  return to + fmt::format("{} examples, {} of at most {} tokens to train on, {} to measure on\n", job.train->examples(),
                          job.train->items().size(), job.model.setup.data.max_length,
                          job.dev ? job.dev->examples() : 0);
}

}  // namespace apps
