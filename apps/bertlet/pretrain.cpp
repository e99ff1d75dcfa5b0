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

// The text of a run as ids and instances, in its directory. What is there already and was made in the same way is used again.
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

  data::Corpus corpus() const { return data::Corpus(corpus_); }
  data::Instances instances() const { return data::Instances(instances_); }

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

}  // namespace

}  // namespace apps
