#include <filesystem>

#include "apps/bertlet/evaluation.h"
#include "apps/bertlet/model_files.h"
#include "apps/bertlet/training_console.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/tasks/finetuning.h"
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

struct Options {
  CommonOptions common;
  std::string model, train, dev, out, labels, max_length = "auto", part = "head";
  tasks::Setup setup;
  tasks::FineTuningOptions tuning;
  train::TrainerOptions trainer;
  std::optional<double> lr;
  double epochs = 3, warmup = 0.1, head_lr = 1, layer_decay = 1, smoothing = 0;
  std::int64_t freeze = 0, fresh_layers = 0, vocab_size = 8000;
  std::optional<double> dropout;
  bool balanced = false, resume = false, force = false;
};

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
  if (options.dropout) {
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = *options.dropout;
    config.classifier_dropout = *options.dropout;
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
  return to;
}

const std::vector<std::string> settled = {"task",  "model",     "train", "dev",      "setup",  "batch", "accumulate",
                                          "steps", "optimizer", "lr",    "schedule", "warmup", "clip",  "seed"};

Json description_of(const Options& options, const train::TrainerOptions& trainer, const Job& job) {
  Json to{{"program", "bertlet finetune"},
          {"task", options.setup.task},
          {"model", options.model},
          {"train", options.train},
          {"dev", options.dev},
          {"setup", json_of(job.model.setup)},
          {"batch", options.tuning.batch},
          {"epochs", options.epochs},
          {"accumulate", trainer.accumulate},
          {"steps", trainer.steps},
          {"optimizer", trainer.optimizer},
          {"lr", trainer.choice.lr},
          {"weight_decay", trainer.choice.weight_decay},
          {"schedule", trainer.schedule},
          {"warmup", trainer.warmup},
          {"clip", trainer.clip},
          {"smoothing", options.smoothing},
          {"balanced", options.balanced},
          {"r_drop", options.tuning.r_drop},
          {"fgm", options.tuning.fgm},
          {"freeze", options.freeze},
          {"layer_decay", options.layer_decay},
          {"head_lr", options.head_lr},
          {"seed", options.common.seed},
          {"version", BERTLET_VERSION}};
  if (job.dev) to["references"] = train::json_of(job.dev->references());
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
  train::RunDirectory run(options.out, options.resume  ? train::IfThere::resume
                                       : options.force ? train::IfThere::replace
                                                       : train::IfThere::refuse);
  Job job = prepared(options);
  give_values(*job.model.learner, options);
  tasks::FineTuning tuning(
      *job.model.learner, *job.train, job.dev.get(), [&](const fs::path& directory) { job.model.write(directory); },
      options.tuning);
  const train::TrainerOptions trainer = trainer_options(options, job, tuning);
  run.describe(description_of(options, trainer, job), settled);
  if (!options.common.quiet && !options.common.json)
    fmt::print("{} examples, {} of at most {} tokens to train on, {} to measure on; {} steps\n", job.train->examples(),
               job.train->items().size(), job.model.setup.data.max_length, job.dev ? job.dev->examples() : 0,
               trainer.steps);

  TrainingConsole console(
      trainer, {job.dev ? job.dev->references() : train::References(), "loss", [](double) { return advice; }},
      options.common);
  const train::Ending ending = train::train(tuning, trainer, run, console.listener());
  if (!job.dev) job.model.write(run.best());
  if (job.dev && ending != train::Ending::interrupted) {
    const tasks::FineTuned best = tasks::read_fine_tuned(run.best());
    show_evaluation(*job.dev, outputs_of(*best.learner, job.dev->items()), options.common);
  }
  return console.end(ending, options.out);
}

// A task is offered the options that change something in it.
bool is_for(const Options& options, std::initializer_list<std::string_view> tasks) {
  return std::ranges::find(tasks, options.setup.task) != tasks.end();
}

void add_options(Command& command, Options& options) {
  command.text("--model", "DIR", options.model, "A model's directory, or a size: tiny mini small medium base large",
               Needed::yes);
  command.text("--train", "F", options.train, "The examples to learn from", Needed::yes);
  command.text("--dev", "F", options.dev, "Examples to measure on: the best model is the one that is best on them");
  command.text("--out", "RUN", options.out, "The run's directory", Needed::yes);
  command.flag("--resume", options.resume, "Go on with the run that is there");
  command.flag("--force", options.force, "Replace it");
  command.text("--max-length", "N", options.max_length, "Tokens of a sequence; auto: 95 % are no longer");
  command.number("--vocab-size", options.vocab_size, "Of a vocabulary that is made", {10});
}

void add_data_options(Command& command, Options& options) {
  tasks::DataOptions& to = options.setup.data;
  if (is_for(options, {"classify", "pair", "multilabel", "ner", "siamese"}))
    command.text("--labels", "F", options.labels,
                 "label.txt, a label a line in their order; otherwise those of --train");
  if (!is_for(options, {"ner", "qa"})) {
    command.text("--text", "COLUMN", to.columns.text, "A column, by name or number");
    command.text("--label", "COLUMN", to.columns.label, "That of the label");
  }
  if (is_for(options, {"pair", "regress", "siamese", "choice"}))
    command.text("--text-b", "COLUMN", to.columns.text_b, "That of a pair's second text");
  if (is_for(options, {"classify", "pair", "multilabel", "regress", "siamese"}))
    command.one_of("--part", "PART", options.part, {"head", "tail", "head-and-tail"}, "What is seen of longer texts");
  if (is_for(options, {"classify", "multilabel", "regress"})) {
    command.flag("--windows", to.windows, "All of longer texts is seen, in windows");
    command.number("--stride", to.stride, "Tokens that windows share", {0});
  }
  if (is_for(options, {"qa"})) command.number("--stride", to.stride, "From the beginning of a window to the next");
}

void add_head_options(Command& command, Options& options) {
  bert::TopOptions& top = options.setup.top;
  const bool texts = is_for(options, {"classify", "pair", "multilabel", "regress"}), words = is_for(options, {"ner"});
  const bool siamese = is_for(options, {"siamese"});
  if (texts || words) {
    command.one_of("--head", "NAME", top.head_on_top, words ? bert::token_top_names() : bert::top_names(),
                   "What stands on the encoder");
    command.text("--layers", "WHICH", top.layers, "What the head looks at: last, mixed, or a layer's number");
  }
  if (texts || siamese)
    command.text("--pool", "NAME", top.pool,
                 "How a text becomes one vector: pooler cls mean max attention first-last …");
  if (words) command.flag("--crf", options.setup.crf, "The tags of a sentence are chosen together");
  if (siamese)
    command.one_of("--objective", "NAME", options.setup.objective, {"classes", "cosine", "ranking"}, "What is learned");
  command.number("--freeze", options.freeze, "The embeddings and so many layers stay as they are", {0});
  command.number("--fresh-layers", options.fresh_layers, "So many of the last layers begin anew", {0});
  command.number("--dropout", options.dropout, "Everywhere in the model", {0, 0.99});
}

void add_training_options(Command& command, Options& options) {
  train::TrainerOptions& to = options.trainer;
  command.number("--epochs", options.epochs, "How often the examples are gone through");
  command.number("--batch", options.tuning.batch, "Examples of a batch");
  command.number("--accumulate", to.accumulate, "Batches to a step");
  command.one_of("--optimizer", "NAME", to.optimizer, optim::optimizer_names(), "How to take a step");
  command.number("--lr", options.lr, "The highest rate; otherwise 5e-5, or 5e-4 from nothing");
  command.number("--head-lr", options.head_lr, "The head's rate, as a multiple of it");
  command.number("--layer-decay", options.layer_decay, "The rate of a layer, as a multiple of the one above", {0, 1});
  command.number("--weight-decay", to.choice.weight_decay, "Of all but biases and LayerNorm");
  command.one_of("--schedule", "NAME", to.schedule, optim::schedule_names(), "How the rate goes down");
  command.number("--warmup", options.warmup, "The share of steps in which the rate rises", {0, 1});
  command.number("--clip", to.clip, "The largest gradient norm let through; 0: any");
  if (is_for(options, {"classify", "pair", "ner", "choice", "siamese"}))
    command.number("--smoothing", options.smoothing, "Of labels", {0, 0.99});
  if (is_for(options, {"classify", "pair", "ner", "siamese"}))
    command.flag("--balanced", options.balanced, "Rare classes weigh more");
  if (is_for(options, {"classify", "pair", "ner", "choice"}))
    command.number("--r-drop", options.tuning.r_drop, "How much two passes with other dropout must agree");
  command.number("--fgm", options.tuning.fgm, "How far words are moved against the model");
  command.number("--log-every", to.log_every, "Steps from report to report");
  command.number("--evaluate-every", to.evaluate_every, "Steps; 0: after each epoch", {0});
  command.number("--save-every", to.save_every, "Steps from checkpoint to checkpoint; 0: after each epoch", {0});
  command.number("--keep", to.keep, "How many checkpoints");
  command.text("--best-by", "MEASURE", to.best_by, "What the best model is best in; otherwise the task's own");
  command.number("--patience", to.patience, "Evaluations without a better one before it ends; 0: any number", {0});
  command.number("--hours", to.hours, "End after so long; 0: whenever it is done");
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
    add_options(command, *options);
    add_data_options(command, *options);
    add_head_options(command, *options);
    add_training_options(command, *options);
    command.common(options->common);
    command.runs([options] { return run(*options); });
  }
}

}  // namespace apps
