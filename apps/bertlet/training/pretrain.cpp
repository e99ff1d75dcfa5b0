#include <unistd.h>

#include <filesystem>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/text/tokenizer_options.h"
#include "apps/bertlet/training/console.h"
#include "apps/bertlet/training/options.h"
#include "bert/data/inspect.h"
#include "bert/data/prepared_text.h"
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

struct PretrainOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  std::vector<std::string> corpus, dev;
  std::string config = "tiny", init, prepared, task = "next-sentence", unit = "token", rng = "philox",
              masking = "dynamic";
  RunOptions run;
  bool prose = false;
  int inspect = 0;
  double held_out = 0.05;
  data::InstanceOptions instances;
  data::MaskOptions mask;
  train::PretrainingOptions pretraining;
  train::TrainerOptions trainer;
};

constexpr const char* about_pretrain =
    R"(A BERT from text: the corpus becomes ids, these become instances as Google's script makes them, and a model learns to
find hidden words and to tell whether one segment follows another. Everything is in RUN: run.json, metrics.jsonl,
checkpoints/, best/. Ctrl-C saves, and --resume goes on to the same bits as if nothing had happened.

Example: bertlet pretrain --corpus *.txt --prose --vocab vocab.txt --config tiny --steps 2000 --out /tmp/run)";

data::InstanceOptions instance_options(const PretrainOptions& options) {
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

data::TextOptions corpus_options(const PretrainOptions& options) {
  return {.files = options.corpus,
          .held_out_files = options.dev,
          .held_out = options.held_out,
          .form = options.prose ? data::CorpusForm::prose : data::CorpusForm::lines,
          .instances = instance_options(options)};
}

data::PreparedText prepared_text(const PretrainOptions& options, const text::Tokenizer& tokenizer) {
  const fs::path folder = options.prepared.empty() ? fs::path(options.run.out) / "text" : fs::path(options.prepared);
  std::optional<Progress> bar;
  const char* shown = nullptr;
  return {corpus_options(options), tokenizer, folder, [&](const char* what, std::int64_t done, std::int64_t all) {
            const bool in_bytes = std::string_view(what) == "reading text";
            const Progress::Unit unit = in_bytes ? Progress::Unit{1e6, "MB"} : Progress::Unit{1, "documents"};
            if (what != shown) bar.emplace(what, all, unit, options.common.quiet);
            shown = what;
            bar->at(done);
          }};
}

bert::Config config_of(const PretrainOptions& options, const text::Tokenizer& tokenizer) {
  if (!options.init.empty()) return read_model_config(options.init);
  bert::Config config = bert::config_from(options.config);
  config.vocab_size = tokenizer.vocabulary().size();
  config.max_position_embeddings = std::max(config.max_position_embeddings, options.instances.max_length);
  return config;
}

train::TrainerOptions trainer_options(const PretrainOptions& options) {
  train::TrainerOptions to = options.trainer;
  to.seed = options.common.seed;
  if (to.evaluate_every == 0) to.evaluate_every = to.save_every;
  to.best_by = "mlm_loss";
  to.larger_is_better = false;
  return to;
}

Json settings_of(const PretrainOptions& options, const data::PreparedText& text) {
  const data::InstanceOptions& instances = options.instances;
  const data::MaskOptions& mask = options.mask;
  Json to = apps::settings_of(trainer_options(options));
  to.update({{"program", "bertlet pretrain"},
             {"sources", text.sources()},
             {"vocab", options.tokenizer.vocab},
             {"config", options.init.empty() ? options.config : options.init},
             {"prose", options.prose},
             {"held_out", options.held_out},
             {"task", options.task},
             {"unit", options.unit},
             {"masking", options.masking},
             {"rng", options.rng},
             {"max_length", instances.max_length},
             {"dupe_factor", instances.dupe_factor},
             {"short_rate", instances.short_rate},
             {"mask_rate", mask.rate},
             {"most_masked", mask.most},
             {"replaced", mask.masked},
             {"random", mask.random},
             {"kept", mask.kept},
             {"longest_n_gram", mask.longest_n_gram},
             {"tokens", options.pretraining.tokens}});
  return to;
}

void show_instances(const data::Instances& instances, const PretrainOptions& options,
                    const text::Tokenizer& tokenizer) {
  const data::Pieces pieces(tokenizer);
  const data::Colours colours = isatty(STDOUT_FILENO) != 0 ? data::Colours::yes : data::Colours::no;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(options.inspect, instances.size()); ++i) {
    const data::Instance instance =
        instances.is_masked() ? instances.read(i) : instances.masked(i, options.mask, pieces, options.common.seed, 0);
    fmt::print("{}\n", text_of(instance, tokenizer.vocabulary(), tokenizer.mask_id(), colours));
  }
}

// What to think of a loss that sits where it is.
std::string advice(double loss, double blind, double unigrams) {
  if (loss > 0.97 * blind)
    return "That is guessing blindly: --lr is far too low, or so high that nothing is learned; try a tenth, and "
           "--warmup";
  if (loss > 0.93 * unigrams)
    return "That is knowing how frequent each word is, and not yet to look at its neighbours. Every BERT stands here "
           "for a while: more --steps help, a higher --lr, more --warmup, a smaller --config";
  return "If the held-out loss is much higher, the text is learned by heart: more text helps; if it is not, a larger "
         "--config or more --steps";
}

bert::PreTraining model_of(const PretrainOptions& options, const text::Tokenizer& tokenizer) {
  bert::PreTraining model(config_of(options, tokenizer));
  const bert::Config& config = model.bert.config;
  bertlet::require(config.vocab_size == tokenizer.vocabulary().size(),
                   "{}: got a vocabulary of {} tokens, want the model's {}", options.tokenizer.vocab,
                   tokenizer.vocabulary().size(), config.vocab_size);
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  if (options.init.empty())
    bert::initialise(parameters, config, options.common.seed);
  else
    load_parameters(parameters, config, options.init, options.common);
  return model;
}

int run_pretrain(PretrainOptions options) {
  bertlet::set_threads(options.common.threads);
  options.mask.unit = unit_of(options.unit);
  options.pretraining.mask = options.mask;
  options.pretraining.seed = options.common.seed;
  if (options.tokenizer.vocab.empty()) options.tokenizer.vocab = options.init;
  if (options.tokenizer.vocab.empty()) throw WrongUsage("--vocab is required, or --init with a model that has one");

  const text::Tokenizer tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  train::RunDirectory run = run_directory(options.run);
  run.describe({{"program", "bertlet pretrain"}});
  const data::PreparedText text = prepared_text(options, tokenizer);
  if (options.inspect > 0) {
    show_instances(text.instances(), options, tokenizer);
    return 0;
  }
  const data::CorpusReport report = corpus_report(text.corpus(), tokenizer, options.instances.max_length);
  if (!options.common.quiet && !options.common.json) fmt::print("{}\n", text_of(report));
  const train::References references = train::references(report, follows_rate(text.instances()));
  run.describe(settings_of(options, text),
               {{"version", BERTLET_VERSION}, {"references", train::json_of(references)}, {"text", json_of(report)}});

  bert::PreTraining model = model_of(options, tokenizer);
  train::Pretraining task(model, tokenizer, text.instances(), text.held_out(), options.pretraining);
  const train::TrainerOptions trainer = trainer_options(options);
  const double blind = references.at("mlm_loss")[0].second, unigrams = references.at("mlm_loss")[1].second;
  TrainingConsole console(trainer, {references, "mlm_loss", [=](double loss) { return advice(loss, blind, unigrams); }},
                          options.common);
  const train::Ending ending = train::train(task, trainer, run, console.listener());
  console.end(ending, options.run.out);
  return exit_code(ending);
}

void add_data_options(Command& command, PretrainOptions& options) {
  command.texts("--corpus", "F", options.corpus, "Text: a sentence a line, a blank line between documents",
                Needed::yes);
  command.texts("--dev", "F", options.dev, "Text held out, which shows what was learned");
  command.flag("--prose", options.prose,
               "The text is prose: sentences are found in it, two blank lines end a document");
  command.number("--held-out", options.held_out, "The share of documents that is, without --dev", {0, 0.9});
  command.text("--prepared", "DIR", options.prepared,
               "Where instances are written, and used again by other runs; otherwise in RUN");
  command.text("--vocab", "F", options.tokenizer.vocab, "vocab.txt, or a model directory; otherwise that of --init");
  add_text_options(command, options.tokenizer);
  command.number("--max-length", options.instances.max_length, "Tokens of an instance", {5, 1 << 20});
  command.number("--short-rate", options.instances.short_rate, "Of instances that are made shorter", {0, 1});
  command.number("--dupe-factor", options.instances.dupe_factor, "How often the text is gone through");
  command.one_of("--task", "TASK", options.task, {"next-sentence", "sentence-order", "none"},
                 "What is asked of two segments");
  command.one_of("--masking", "WHEN", options.masking, {"dynamic", "static"}, "In each epoch anew, or once");
  command.one_of("--unit", "UNIT", options.unit, {"token", "word", "n-gram"}, "What is hidden together");
  command.number("--mask-rate", options.mask.rate, "Of tokens that are hidden", {0, 1});
  command.number("--most-masked", options.mask.most, "At most so many in an instance");
  command.number("--replaced", options.mask.masked, "Of hidden tokens that become [MASK]", {0, 1});
  command.number("--random", options.mask.random, "Of hidden tokens that become any other", {0, 1});
  command.number("--kept", options.mask.kept, "Of hidden tokens that stay; the three add up to 1", {0, 1});
  command.number("--longest-n-gram", options.mask.longest_n_gram, "Words that are hidden together with --unit n-gram");
  command.one_of("--rng", "WHOSE", options.rng, {"philox", "cpython"},
                 "Random numbers of instances; cpython: Google's");
  command.number("--inspect", options.inspect, "Print so many instances and end", {0, 1 << 20});
}

void add_training_options(Command& command, PretrainOptions& options) {
  train::TrainerOptions& to = options.trainer;
  command.text("--config", "NAME", options.config, "tiny mini small medium base large, or FILE.json");
  command.text("--init", "DIR", options.init, "A model to go on from");
  command.number("--steps", to.steps, "Of the optimizer");
  command.number("--tokens", options.pretraining.tokens, "Of a batch; no token is a pad");
  command.flag("--checkpoint-layers", options.pretraining.checkpoint_layers, "Less memory, a third more time");
  command.number("--lr", to.choice.lr, "The rate at the end of warm-up");
  command.number("--warmup", to.warmup, "Steps in which the rate rises from 0", {0});
  add_step_choices(command, to);
  add_step_numbers(command, to);
  command.number("--save-every", to.save_every, "Steps from checkpoint to checkpoint");
  command.number("--evaluate-every", to.evaluate_every, "0: with each checkpoint", {0});
  add_report_options(command, to);
}

}  // namespace

void add_pretrain(const Command& program) {
  const auto options = std::make_shared<PretrainOptions>();
  Command command = program.add("pretrain", "A BERT from text", about_pretrain);
  add_data_options(command, *options);
  add_training_options(command, *options);
  add_run_options(command, options->run);
  command.common(options->common);
  command.runs([options] { return run_pretrain(*options); });
}

}  // namespace apps
