#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/training/console.h"
#include "apps/bertlet/training/pretrain_options.h"
#include "bert/data/inspect.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace data = bertlet::data;
namespace io = bertlet::io;
namespace text = bertlet::text;
namespace train = bertlet::train;
namespace fs = std::filesystem;

constexpr const char* about_pretrain =
    R"(A BERT from text: the corpus becomes ids, these become instances as Google's script makes them, and a model learns to
find hidden words and to tell whether one segment follows another. Everything is in RUN: run.json, metrics.jsonl,
checkpoints/, best/. Ctrl-C saves, and --resume goes on to the same bits as if nothing had happened.

Example: bertlet pretrain --corpus *.txt --prose --vocab vocab.txt --config tiny --steps 2000 --out /tmp/run)";

data::PreparedText prepared_text(const PretrainOptions& options, const text::Tokenizer& tokenizer,
                                 const fs::path& folder) {
  std::optional<Progress> bar;
  const char* shown = nullptr;
  return {text_options(options), tokenizer, folder, [&](const char* what, int64_t done, int64_t all) {
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

void show_instances(const data::Instances& instances, const PretrainOptions& options,
                    const text::Tokenizer& tokenizer) {
  const data::Pieces pieces(tokenizer);
  const data::Colours colours = isatty(STDOUT_FILENO) != 0 ? data::Colours::yes : data::Colours::no;
  for (int64_t i = 0; i < std::min<int64_t>(options.inspect, instances.size()); ++i) {
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
    load_parameters(parameters, bert::initial_values(config), options.init, options.common);
  return model;
}

// A folder for as long as it lives, which nobody else can read.
struct Temporary {
  std::string path = (fs::temp_directory_path() / "bertlet-XXXXXX").string();
  Temporary() { bertlet::require(::mkdtemp(path.data()) != nullptr, "{}: {}", path, std::strerror(errno)); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

int inspect(const PretrainOptions& options, const text::Tokenizer& tokenizer) {
  const Temporary temporary;
  const fs::path folder = options.prepared.empty() ? temporary.path : options.prepared;
  show_instances(prepared_text(options, tokenizer, folder).instances(), options, tokenizer);
  return 0;
}

void introduce(const PretrainOptions& given, const PretrainOptions& options, const data::CorpusReport& report,
               const std::string& extended) {
  if (options.common.quiet || options.common.json) return;
  fmt::print("{}\n", text_of(report));
  if (!given.lr) fmt::print("lr {}, as the model's size wants it\n", *options.lr);
  if (!given.warmup) fmt::print("warm-up {} of {} steps\n", *options.warmup, options.trainer.steps);
  if (!extended.empty()) fmt::print("{}\n", extended);
}

int learn(const PretrainOptions& given, PretrainOptions options, bert::PreTraining& model,
          const text::Tokenizer& tokenizer) {
  train::RunDirectory run = run_directory(options.run);
  train::Settings settings = train::settings_of(options::list_of(options));
  settings.values["program"] = "bertlet pretrain";
  const std::string extended = run.describe(settings.values, io::Json::object(), settings.lengths);
  const fs::path folder = options.prepared.empty() ? run.path() / "text" : fs::path(options.prepared);
  const data::PreparedText text = prepared_text(options, tokenizer, folder);
  const data::CorpusReport report = corpus_report(text.corpus(), tokenizer, options.instances.max_length);
  const train::References references = train::references(report, follows_rate(text.instances()));
  run.describe(io::Json::object(),
               {{"version", BERTLET_VERSION}, {"references", train::json_of(references)}, {"text", json_of(report)}});
  introduce(given, options, report, extended);

  train::Pretraining task(model, tokenizer, text.instances(), text.held_out(), options.pretraining);
  const double blind = references.at("mlm_loss")[0].second, unigrams = references.at("mlm_loss")[1].second;
  TrainingConsole console(options.trainer,
                          {references, "mlm_loss", [=](double loss) { return advice(loss, blind, unigrams); }},
                          options.common);
  const train::Ending ending = train::train(task, options.trainer, run, console.listener());
  console.end(ending, options.run.out);
  return exit_code(ending);
}

int run_pretrain(PretrainOptions options) {
  options.common.apply();
  if (options.tokenizer.vocab.empty()) options.tokenizer.vocab = options.init;
  if (options.tokenizer.vocab.empty()) throw WrongUsage("--vocab is required, or --init with a model that has one");
  if (options.run.out.empty() && options.inspect == 0) throw WrongUsage("--out is required, but for --inspect");
  const text::Tokenizer tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  const PretrainOptions whole = completed(options, config_of(options, tokenizer));
  if (options.inspect > 0) return inspect(whole, tokenizer);
  bert::PreTraining model = model_of(options, tokenizer);  // before a corpus is prepared: its config may be wrong
  return learn(options, whole, model, tokenizer);
}

}  // namespace

void add_pretrain(const Command& program) {
  const auto options = std::make_shared<PretrainOptions>();
  Command command = program.add("pretrain", "A BERT from text", about_pretrain);
  command.options(*options);
  command.runs([options] { return run_pretrain(*options); });
}

}  // namespace apps
