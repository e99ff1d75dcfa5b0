#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>

#include "apps/bertlet/model_files.h"
#include "apps/bertlet/progress.h"
#include "apps/bertlet/tokenizer_options.h"
#include "bert/data/corpus_report.h"
#include "bert/data/inspect.h"
#include "bert/train/pretraining.h"
#include "core/parallel.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace data = bertlet::data;
namespace text = bertlet::text;
namespace train = bertlet::train;
namespace fs = std::filesystem;
using bertlet::io::Json;

struct Options {
  CommonOptions common;
  TokenizerChoice tokenizer;
  std::vector<std::string> corpus, dev;
  std::string config = "tiny", init, out, task = "next-sentence", unit = "token", rng = "philox", masking = "dynamic";
  bool prose = false, resume = false, force = false;
  int inspect = 0;
  data::InstanceOptions instances;
  data::MaskOptions mask;
  train::PretrainingOptions pretraining;
  train::TrainerOptions trainer;
};

constexpr const char* about =
    R"(A BERT from text: the corpus becomes ids, these become instances as Google's script makes them, and a model learns to
find hidden words and to tell whether one segment follows another. Everything is in RUN: run.json, metrics.jsonl,
checkpoints/, best/. Ctrl-C saves, and --resume goes on to the same bits as if nothing had happened.

Example: bertlet pretrain --corpus *.txt --prose --vocab vocab.txt --config tiny --steps 2000 --out /tmp/run)";

std::atomic<bool> interrupted = false;

// The first signal asks for an end after this step; a second one does not wait.
void end_after_step() {
  for (const int signal : {SIGINT, SIGTERM})
    std::signal(signal, [](int) {
      if (interrupted.exchange(true)) std::_Exit(130);
    });
}

data::InstanceOptions instance_options(const Options& options) {
  data::InstanceOptions to = options.instances;
  to.task = options.task == "next-sentence"    ? data::Task::next_sentence
            : options.task == "sentence-order" ? data::Task::sentence_order
                                               : data::Task::none;
  to.generator = options.rng == "cpython" ? data::Generator::python : data::Generator::philox;
  to.seed = options.common.seed;
  if (options.masking == "dynamic")
    to.mask.reset();
  else
    to.mask = options.mask;
  return to;
}

data::MaskUnit unit_of(const std::string& name) {
  if (name == "word") return data::MaskUnit::word;
  return name == "token" ? data::MaskUnit::token : data::MaskUnit::n_gram;
}

// The text of a run as ids and instances, in its directory. What is there already and was made in the same way is used
// again.
class Prepared {
 public:
  Prepared(const std::vector<std::string>& files, const std::string& name, const fs::path& folder,
           const text::Tokenizer& tokenizer, const Options& options)
      : corpus_(folder / (name + ".corpus")), instances_(folder / (name + ".instances")) {
    const data::InstanceOptions how = instance_options(options);
    const data::Pieces pieces(tokenizer);
    const bool there = fs::exists(corpus_) && fs::exists(instances_) &&
                       data::Instances(instances_).made_by() == description(how, pieces);
    if (there && options.resume) return;
    Progress reading("reading " + name, bytes_of(files), {1e6, "MB"}, options.common.quiet);
    write_corpus(files, tokenizer, options.prose ? data::CorpusForm::prose : data::CorpusForm::lines, corpus_,
                 [&](std::int64_t bytes) { reading.at(bytes); });
    const data::Corpus corpus(corpus_);
    Progress packing("packing " + name, corpus.documents() * how.dupe_factor, {1, "documents"}, options.common.quiet);
    write_instances(corpus, pieces, how, instances_, [&](std::int64_t documents) { packing.at(documents); });
  }

  const fs::path& corpus() const { return corpus_; }
  const fs::path& instances() const { return instances_; }

 private:
  static std::int64_t bytes_of(const std::vector<std::string>& files) {
    std::int64_t bytes = 0;
    for (const std::string& file : files)
      if (fs::is_regular_file(file)) bytes += static_cast<std::int64_t>(fs::file_size(file));
    return bytes;
  }

  fs::path corpus_, instances_;
};

bert::Config config_of(const Options& options, const text::Tokenizer& tokenizer) {
  if (!options.init.empty()) return read_model_config(options.init);
  bert::Config config = bert::config_from(options.config);
  config.vocab_size = tokenizer.vocabulary().size();
  config.max_position_embeddings = std::max(config.max_position_embeddings, options.instances.max_length);
  return config;
}

// What the run was asked for; a resumed run must be asked for the same, but for how long it goes on.
Json description_of(const Options& options) {
  const train::TrainerOptions& trainer = options.trainer;
  return {{"program", "bertlet pretrain"},
          {"corpus", options.corpus},
          {"dev", options.dev},
          {"vocab", options.tokenizer.vocab},
          {"config", options.init.empty() ? options.config : options.init},
          {"prose", options.prose},
          {"task", options.task},
          {"unit", options.unit},
          {"masking", options.masking},
          {"rng", options.rng},
          {"max_length", options.instances.max_length},
          {"dupe_factor", options.instances.dupe_factor},
          {"tokens", options.pretraining.tokens},
          {"accumulate", trainer.accumulate},
          {"steps", trainer.steps},
          {"optimizer", trainer.optimizer},
          {"lr", trainer.choice.lr},
          {"weight_decay", trainer.choice.weight_decay},
          {"schedule", trainer.schedule},
          {"warmup", trainer.warmup},
          {"clip", trainer.clip},
          {"seed", options.common.seed},
          {"version", BERTLET_VERSION}};
}

void show_line(const Json& line, double ln_v, double entropy) {
  std::string text = fmt::format("step {:6}", line["step"].get<std::int64_t>());
  const auto add = [&](const Json& from, const char* key, const char* name, const std::string& beside) {
    if (from.contains(key)) text += fmt::format("  {} {:.4f}{}", name, from[key].get<double>(), beside);
  };
  if (const auto evaluation = line.find("evaluation"); evaluation != line.end()) {
    text += "  held out:";
    add(*evaluation, "mlm_loss", "words", fmt::format(" (unigrams {:.2f})", entropy));
    add(*evaluation, "mlm_accuracy", "right", "");
    add(*evaluation, "nsp_accuracy", "sentences right", " (guessing 0.5)");
  } else {
    add(line, "loss", "loss", "");
    add(line, "mlm_loss", "words", fmt::format(" (blind {:.2f}, unigrams {:.2f})", ln_v, entropy));
    add(line, "nsp_loss", "sentences", " (blind 0.69)");
    text += fmt::format("  lr {:.2e}  |g| {:.2f}", line["lr"].get<double>(), line["grad_norm"].get<double>());
  }
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

void show_instances(const data::Instances& instances, const Options& options, const text::Tokenizer& tokenizer) {
  const data::Pieces pieces(tokenizer);
  const data::Colours colours = isatty(STDOUT_FILENO) != 0 ? data::Colours::yes : data::Colours::no;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(options.inspect, instances.size()); ++i) {
    const data::Instance instance =
        instances.is_masked() ? instances.read(i) : instances.masked(i, options.mask, pieces, options.common.seed, 0);
    fmt::print("{}\n", text_of(instance, tokenizer.vocabulary(), tokenizer.mask_id(), colours));
  }
}

void show_ending(train::Ending ending, const train::TrainerOptions& trainer, const Options& options) {
  const char* how = ending == train::Ending::interrupted     ? "Interrupted; --resume goes on"
                    : ending == train::Ending::time_up       ? "The time is up; --resume goes on"
                    : ending == train::Ending::patience_lost ? "Nothing got better any more"
                                                             : "Done";
  if (!options.common.quiet) fmt::print("{}. The best model is in {}/best, by {}\n", how, options.out, trainer.best_by);
}

train::TrainerOptions trainer_options(const Options& options) {
  train::TrainerOptions to = options.trainer;
  to.seed = options.common.seed;
  if (to.evaluate_every == 0) to.evaluate_every = to.save_every;
  to.best_by = "mlm_loss";
  to.larger_is_better = false;
  return to;
}

int run(Options options) {
  bertlet::set_threads(options.common.threads);
  options.mask.unit = unit_of(options.unit);
  options.pretraining.mask = options.mask;
  options.pretraining.seed = options.common.seed;
  const text::Tokenizer tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  train::RunDirectory run(options.out, options.resume  ? train::IfThere::resume
                                       : options.force ? train::IfThere::replace
                                                       : train::IfThere::refuse);
  run.describe(description_of(options),
               {"corpus", "vocab", "config", "task", "unit", "masking", "rng", "max_length", "dupe_factor", "tokens",
                "accumulate", "steps", "optimizer", "lr", "schedule", "warmup", "seed"});
  const Prepared text(options.corpus, "train", run.path(), tokenizer, options);
  const data::Instances instances(text.instances());
  if (options.inspect > 0) {
    show_instances(instances, options, tokenizer);
    return 0;
  }
  const data::CorpusReport report = corpus_report(data::Corpus(text.corpus()), tokenizer, options.instances.max_length);
  if (!options.common.quiet && !options.common.json) fmt::print("{}\n", text_of(report));
  std::optional<data::Instances> held_out;
  if (!options.dev.empty()) held_out.emplace(Prepared(options.dev, "dev", run.path(), tokenizer, options).instances());

  bert::PreTraining model(config_of(options, tokenizer));
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  if (options.init.empty())
    bert::initialise(parameters, model.bert.config, options.common.seed);
  else
    load_parameters(parameters, model.bert.config, options.init, options.common);

  train::Pretraining task(model, tokenizer, instances, held_out ? &*held_out : nullptr, options.pretraining);
  const train::TrainerOptions trainer = trainer_options(options);
  const double ln_v = std::log(static_cast<double>(tokenizer.vocabulary().size()));
  const double entropy = report.entropy * std::log(2.0);
  Progress progress("training", trainer.steps, {1, "steps"}, options.common.quiet || options.common.json);
  end_after_step();
  const train::Ending ending = train::train(task, trainer, run,
                                            {.on_step = [&](std::int64_t step) { progress.at(step); },
                                             .on_line =
                                                 [&](const Json& line) {
                                                   progress.wipe();
                                                   if (options.common.json) fmt::print("{}\n", line.dump());
                                                   if (!options.common.json && !options.common.quiet)
                                                     show_line(line, ln_v, entropy);
                                                 },
                                             .interrupted = [] { return interrupted.load(); }});
  progress.wipe();
  if (!options.common.json) show_ending(ending, trainer, options);
  return ending == train::Ending::interrupted ? 130 : 0;
}

void add_data_options(Command& command, Options& options) {
  command.texts("--corpus", "F", options.corpus, "Text: a sentence a line, a blank line between documents",
                Needed::yes);
  command.texts("--dev", "F", options.dev, "Text held out, which shows what was learned");
  command.flag("--prose", options.prose,
               "The text is prose: sentences are found in it, two blank lines end a document");
  add_tokenizer_options(command, options.tokenizer);
  command.number("--max-length", options.instances.max_length, "Tokens of an instance", {5, 1 << 20});
  command.number("--short-rate", options.instances.short_rate, "Of instances that are made shorter", {0, 1});
  command.number("--dupe-factor", options.instances.dupe_factor, "How often the text is gone through");
  command.one_of("--task", "TASK", options.task, {"next-sentence", "sentence-order", "none"},
                 "What is asked of two segments");
  command.one_of("--masking", "WHEN", options.masking, {"dynamic", "static"}, "In each epoch anew, or once");
  command.one_of("--unit", "UNIT", options.unit, {"token", "word", "n-gram"}, "What is hidden together");
  command.number("--mask-rate", options.mask.rate, "Of tokens that are hidden", {0, 1});
  command.number("--most-masked", options.mask.most, "At most so many in an instance");
  command.one_of("--rng", "WHOSE", options.rng, {"philox", "cpython"},
                 "Random numbers of instances; cpython: Google's");
  command.number("--inspect", options.inspect, "Print so many instances and end", {0, 1 << 20});
}

void add_training_options(Command& command, Options& options) {
  train::TrainerOptions& to = options.trainer;
  command.text("--config", "NAME", options.config, "tiny mini small medium base large, or FILE.json");
  command.text("--init", "DIR", options.init, "A model to go on from");
  command.number("--steps", to.steps, "Of the optimizer");
  command.number("--tokens", options.pretraining.tokens, "Of a batch; no token is a pad");
  command.number("--accumulate", to.accumulate, "Batches to a step");
  command.flag("--checkpoint-layers", options.pretraining.checkpoint_layers, "Less memory, a third more time");
  command.one_of("--optimizer", "NAME", to.optimizer, bertlet::optim::optimizer_names(), "How to take a step");
  command.number("--lr", to.choice.lr, "The rate at the end of warm-up");
  command.number("--weight-decay", to.choice.weight_decay, "Of all but biases and LayerNorm");
  command.one_of("--schedule", "NAME", to.schedule, bertlet::optim::schedule_names(), "How the rate goes down");
  command.number("--warmup", to.warmup, "Steps in which the rate rises from 0", {0});
  command.number("--clip", to.clip, "The largest gradient norm let through; 0: any");
  command.number("--log-every", to.log_every, "Steps from report to report");
  command.number("--save-every", to.save_every, "Steps from checkpoint to checkpoint");
  command.number("--evaluate-every", to.evaluate_every, "0: with each checkpoint", {0});
  command.number("--keep", to.keep, "How many checkpoints");
  command.number("--patience", to.patience, "Evaluations without a better one before it ends; 0: any number", {0});
  command.number("--hours", to.hours, "End after so long; 0: whenever it is done");
}

}  // namespace

void add_pretrain(const Command& program) {
  const auto options = std::make_shared<Options>();
  Command command = program.add("pretrain", "A BERT from text", about);
  add_data_options(command, *options);
  add_training_options(command, *options);
  command.text("--out", "RUN", options->out, "The run's directory", Needed::yes);
  command.flag("--resume", options->resume, "Go on with the run that is there");
  command.flag("--force", options->force, "Replace it");
  command.common(options->common);
  command.runs([options] { return run(*options); });
}

}  // namespace apps
