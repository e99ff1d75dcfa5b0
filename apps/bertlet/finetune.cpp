#include <filesystem>

#include "apps/bertlet/evaluation.h"
#include "apps/bertlet/finetune_options.h"
#include "apps/bertlet/model_files.h"
#include "apps/bertlet/training_console.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/view/measure.h"
#include "bert/text/tokenizer_files.h"
#include "bert/text/vocabulary_training.h"
#include "bert/text/word_counts.h"
#include "core/parallel.h"
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

using Options = FinetuneOptions;

constexpr const char* about =
    R"(From labelled data to a model that labels. The model is a directory with a BERT, or a size (tiny mini small …): then it
begins from nothing, with a vocabulary made of the training file. RUN/best is the model that was best on --dev, with all
that `bertlet evaluate` and `bertlet predict` need; Ctrl-C saves, and --resume goes on to the same bits.

Example: bertlet sample-data classify --out /tmp/data &&
  bertlet finetune classify --model tiny --train /tmp/data/train.tsv --dev /tmp/data/dev.tsv --out /tmp/run)";

bool is_fresh(const Options& options) { return !fs::is_directory(options.model); }

text::Tokenizer tokenizer_for(const Options& options) {
  if (!is_fresh(options)) return text::read_tokenizer(options.model);
  text::WordCounts counts;
  for (const std::string& each : tasks::recipe_named(options.setup.task).texts(options.train, options.setup))
    counts.add(each);
  return text::Tokenizer(text::trained_vocabulary(counts.words(), {.size = options.vocab_size}));
}

// The length that nineteen of twenty sequences do not exceed, a multiple of 8.
std::int64_t suggested_length(const tasks::Data& data, std::int64_t most) {
  std::vector<std::int64_t> lengths;
  for (const tasks::Item& item : data.items())
    for (const tasks::Sequence& sequence : item.sequences) lengths.push_back(std::ssize(sequence.ids));
  std::ranges::sort(lengths);
  const std::int64_t long_one = lengths.empty() ? 8 : lengths[lengths.size() * 95 / 100];
  return std::min(most, (long_one + 7) / 8 * 8);
}

bert::Config config_for(const Options& options, const text::Tokenizer& tokenizer) {
  bert::Config config = is_fresh(options) ? bert::config_from(options.model) : read_model_config(options.model);
  if (is_fresh(options)) config.vocab_size = tokenizer.vocabulary().size();
  std::optional<double> dropout = options.dropout;
  if (is_fresh(options) && !options.model.ends_with(".json") && !dropout) dropout = 0;  // which only slows it down
  if (dropout) {
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = *dropout;
    config.classifier_dropout = dropout;
  }
  return config;
}

// What is trained on what. Data is read twice where its length is to be found.
struct Job {
  tasks::FineTuned model;
  std::unique_ptr<tasks::Data> train, dev;
};

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

void check(const Options& options) {
  const bool weighs = options.balanced || options.smoothing > 0;
  bertlet::require(!weighs || !options.setup.crf,
                   "finetune: got --crf with --balanced or --smoothing, want neither beside it");
  bertlet::require(!weighs || options.setup.task != "siamese" || options.setup.objective == "classes",
                   "finetune: got --balanced or --smoothing with --objective {}, want classes",
                   options.setup.objective);
}

Job prepared(const Options& options) {
  const tasks::Recipe& recipe = tasks::recipe_named(options.setup.task);
  Job job{.model = {.setup = options.setup,
                    .tokenizer = std::make_unique<text::Tokenizer>(tokenizer_for(options)),
                    .labels = {},
                    .learner = {}},
          .train = {},
          .dev = {}};
  tasks::FineTuned& model = job.model;
  bert::Config config = config_for(options, *model.tokenizer);
  if (!options.labels.empty()) model.labels = tasks::Labels::read(options.labels);
  model.setup.data.max_length = config.max_position_embeddings;
  if (options.max_length != "auto") model.setup.data.max_length = std::stoll(options.max_length);
  const auto read = [&] {
    return recipe.data(options.train, *model.tokenizer, model.setup, {tasks::Purpose::training}, model.labels);
  };
  job.train = read();
  if (options.max_length == "auto") {
    model.setup.data.max_length = suggested_length(*job.train, config.max_position_embeddings);
    job.train = read();
  }
  if (!options.dev.empty()) job.dev = model.read(options.dev, {tasks::Purpose::measuring});

  if (model.labels) config.labels = model.labels->names();
  if (!model.labels && options.setup.task == "regress") config.set_num_labels(1);
  tasks::LossOptions loss{.smoothing = static_cast<bertlet::real>(options.smoothing), .weights = {}};
  if (options.balanced) loss.weights = class_weights(*job.train, config.num_labels());
  model.learner = recipe.learner(config, model.setup, loss);
  return job;
}

// First values, then those of the model that is gone on from; its last layers may begin anew.
void give_values(tasks::Learner& learner, const Options& options) {
  bertlet::Parameters& parameters = learner.parameters();
  const bert::Config& config = learner.config();
  if (is_fresh(options))
    bert::initialise(parameters, config, options.common.seed);
  else
    load_parameters(parameters, config, options.model, options.common);
  std::vector<bertlet::Parameter> anew;
  for (const bertlet::Parameter& parameter : parameters.list())
    for (std::int64_t i = config.num_hidden_layers - options.fresh_layers; i < config.num_hidden_layers; ++i)
      if (bertlet::matches(fmt::format("*encoder.layer.{}.*", i), parameter.name)) anew.push_back(parameter);
  if (!anew.empty()) {
    bertlet::Parameters last(std::move(anew));
    bert::initialise(last, config, options.common.seed);
  }
  if (options.freeze > 0) bert::freeze_layers(parameters, options.freeze);
}

std::vector<optim::Group> groups_of(const tasks::Learner& learner, const bertlet::Parameters& parameters,
                                    const Options& options) {
  std::vector<optim::Group> groups = {optim::no_decay()};
  if (options.layer_decay < 1)
    for (optim::Group& group :
         optim::layerwise_decay(options.layer_decay, static_cast<int>(learner.config().num_hidden_layers),
                                "*encoder.layer.{}.*", "*embeddings.*"))
      groups.push_back(std::move(group));
  optim::Group head{.patterns = {}, .lr_scale = options.head_lr};
  for (const bertlet::Parameter& parameter : parameters.list())
    if (!parameter.name.starts_with("bert.")) head.patterns.push_back(parameter.name);
  if (options.head_lr != 1) groups.push_back(std::move(head));
  return groups;
}

train::TrainerOptions trainer_options(const Options& options, const Job& job, const tasks::FineTuning& tuning) {
  train::TrainerOptions to = options.trainer;
  const double batches = options.epochs * static_cast<double>(tuning.batches());
  to.steps = std::max<std::int64_t>(1, std::llround(batches / static_cast<double>(to.accumulate)));
  to.warmup = std::llround(options.warmup * static_cast<double>(to.steps));
  to.seed = options.common.seed;
  to.choice.lr = options.lr.value_or(is_fresh(options) ? 5e-4 : 5e-5);
  to.choice.groups = groups_of(*job.model.learner, job.model.learner->parameters(), options);
  const std::int64_t epoch = std::max<std::int64_t>(1, tuning.batches() / to.accumulate);
  if (to.evaluate_every == 0) to.evaluate_every = epoch;
  if (to.save_every == 0) to.save_every = epoch;
  if (to.best_by.empty() && job.dev) to.best_by = job.dev->measures(job.dev->baseline())[0].first;
  to.larger_is_better = bertlet::view::better(to.best_by) != bertlet::view::Better::smaller;
  return to;
}

Json settings_of(const Options& options, const train::TrainerOptions& trainer, const Job& job) {
  Json to = apps::settings_of(trainer);
  to.update({{"program", "bertlet finetune"},
             {"model", options.model},
             {"train", options.train},
             {"dev", options.dev},
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
             {"dropout", job.model.learner->config().hidden_dropout_prob}});
  return to;
}

constexpr const char* advice =
    "If that is what the labels' frequencies give, the model has not begun to learn: another --lr (a third, or three "
    "times), more --warmup, more --epochs, or a model that was pre-trained.";

int run(Options options) {
  bertlet::set_threads(options.common.threads);
  options.setup.data.part = options.part == "tail"            ? text::Part::tail
                            : options.part == "head-and-tail" ? text::Part::head_and_tail
                                                              : text::Part::head;
  options.tuning.seed = options.common.seed;
  check(options);
  train::RunDirectory run = run_directory(options.run);
  Job job = prepared(options);
  give_values(*job.model.learner, options);
  tasks::FineTuning tuning(
      *job.model.learner, *job.train, job.dev.get(), [&](const fs::path& directory) { job.model.write(directory); },
      options.tuning);
  const train::TrainerOptions trainer = trainer_options(options, job, tuning);
  const train::References references = job.dev ? job.dev->references() : train::References();
  run.describe(settings_of(options, trainer, job),
               {{"version", BERTLET_VERSION}, {"references", train::json_of(references)}});
  if (!options.common.quiet && !options.common.json)
    fmt::print("{} examples, {} of at most {} tokens to train on, {} to measure on; {} steps\n", job.train->examples(),
               job.train->items().size(), job.model.setup.data.max_length, job.dev ? job.dev->examples() : 0,
               trainer.steps);

  TrainingConsole console(trainer, {references, "loss", [](double) { return advice; }}, options.common);
  const train::Ending ending = train::train(tuning, trainer, run, console.listener());
  if (!job.dev) job.model.write(run.best());
  if (job.dev && ending != train::Ending::interrupted) {
    const tasks::FineTuned best = tasks::read_fine_tuned(run.best());
    show_evaluation(*job.dev, outputs_of(*best.learner, job.dev->items()), options.common);
  }
  return console.end(ending, options.run.out);
}

}  // namespace

void add_finetune(const Command& program) {
  const Command family = program.add_family("finetune", "From labelled data to a model", about);
  for (const std::string& task : tasks::recipe_names()) {
    const auto options = std::make_shared<Options>();
    options->setup.task = task;
    options->trainer.save_every = 0;
    if (task == "qa") options->setup.data.stride = 128;
    if (task == "siamese") options->setup.objective = "cosine";
    Command command = family.add(task.c_str(), "", about);
    add_finetune_options(command, *options);
    command.runs([options] { return run(*options); });
  }
}

}  // namespace apps
