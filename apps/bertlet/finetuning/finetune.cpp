#include "apps/bertlet/finetuning/evaluation.h"
#include "apps/bertlet/finetuning/job.h"
#include "apps/bertlet/finetuning/sweep.h"
#include "apps/bertlet/training/console.h"
#include "core/parallel.h"

namespace apps {

namespace {

namespace tasks = bertlet::tasks;
namespace text = bertlet::text;
namespace train = bertlet::train;
namespace fs = std::filesystem;
constexpr const char* about_others =
    R"(From labelled data to a model that labels. The model is a directory with a BERT, or a size (tiny mini small …): then it
begins from nothing, with a vocabulary made of the training file. RUN/best is the model that was best on --dev, with all
that `bertlet evaluate` and `bertlet predict` need; Ctrl-C saves, and --resume goes on to the same bits. With --seeds, --folds
and --grid there are several runs in RUN, a table of them, and the best of the best choice in RUN/best.)";

constexpr const char* about_mlm =
    R"(A BERT goes on learning to find hidden words, on texts like those it will meet: a text a line, or a column of a table; long
ones come in windows. The model is a directory with a BERT, or a size (tiny mini small …): then it begins from nothing,
with a vocabulary made of the training file. Masks are drawn anew for each batch, and those of --dev are always the
same: RUN/best is the model with the least loss on them, from which every other task can begin.)";

constexpr const char* about_distill =
    R"(A student with fewer layers learns what a larger model, its teacher, says: a model that was fine-tuned for classify, pair,
multilabel, ner (without --crf), choice, siamese (classes) or mlm, or a BERT for hidden words. RUN/best is a model of the
teacher's task for `bertlet evaluate` and `bertlet predict`. Without --model the student begins with every other layer
of its teacher. Loss: soft T² KL(teacher / T, student / T) + hard · the task's + hidden (1 − cos of the last states).

Example: bertlet sample-data distill --out /tmp/data && cd /tmp/data &&
  bertlet finetune classify --model tiny --train train.tsv --dev dev.tsv --out teacher --epochs 10 &&
  bertlet finetune distill --teacher teacher --train train.tsv --dev dev.tsv --unlabelled unlabelled.txt --out student)";

constexpr const char* about_all = "Each task has its own --help. Example: bertlet finetune classify --help";

std::string about_of(const std::string& task, const std::string& what) {
  return fmt::format(
      "{}.\n{}\n\nExample: bertlet sample-data {} --out /tmp/{} &&\n"
      "  bertlet finetune {} --model tiny --train /tmp/{}/train.* --dev /tmp/{}/dev.* --out /tmp/{}-run",
      what, task == "mlm" ? about_mlm : about_others, task, task, task, task, task, task);
}

// What to think of a loss that sits where it is.
std::string advice(double loss, const train::References& references) {
  const auto known = references.find("loss");
  if (known != references.end() && loss < 0.9 * known->second[0].second)
    return "That is better than what frequencies give, which is learned first: a lower --lr, more --epochs or a larger "
           "model may get further.";
  return "If that is what the labels' frequencies give, the model has not begun to learn: another --lr (a third, or "
         "three times), more --warmup, more --epochs, or a model that was pre-trained.";
}

using Outputs = std::vector<tasks::Output>;

double best_by(const FinetuneJob& job, const train::TrainerOptions& trainer, const Outputs& outputs) {
  return *train::measured(job.dev->measures(outputs), trainer.best_by);
}

// The mean of the last checkpoints becomes the best model, if it is.
Outputs try_mean(const FinetuneOptions& options, const FinetuneJob& job, const train::TrainerOptions& trainer,
                 const train::RunDirectory& run, Outputs best) {
  std::vector<fs::path> last = train::Checkpoints(run.checkpoints(), trainer.keep).directories();
  last.resize(std::min(last.size(), static_cast<std::size_t>(options.average)));
  job.model.learner->parameters().load(train::mean_weights(last));
  Outputs outputs = outputs_of(*job.model.learner, job.dev->items());
  const double mean = best_by(job, trainer, outputs), single = best_by(job, trainer, best);
  const bool better = trainer.larger_is_better ? mean > single : mean < single;
  if (!options.common.quiet && !options.common.json)
    fmt::print("{} {:.4f} of the mean of the last {} checkpoints, {:.4f} of the best model: the {} is kept\n",
               trainer.best_by, mean, last.size(), single, better ? "mean" : "best model");
  if (!better) return best;
  job.model.write(run.best());
  return outputs;
}

// That of dev, for whoever predicts with the model.
void keep_threshold(const FinetuneJob& job, const train::Measures& measures, const train::RunDirectory& run) {
  const std::optional<double> threshold = train::measured(measures, "best_f1_threshold");
  if (!threshold) return;
  tasks::Setup setup = job.model.setup;
  setup.threshold = *threshold;
  write_setup(setup, run.best());
}

enum class Shown { all, steps };

FinetuneOutcome run_once(const FinetuneOptions& options, Shown shown) {
  train::RunDirectory run = run_directory(options.run);
  const FinetuneJob job = finetune_job(options);
  tasks::FineTuningOptions how = options.tuning;
  how.seed = options.common.seed;
  tasks::FineTuning tuning(
      *job.model.learner, *job.train, job.dev.get(), [&](const fs::path& directory) { job.model.write(directory); },
      how);
  const train::TrainerOptions trainer = trainer_options(options, job, tuning.batches());
  run.describe(settings_of(options, trainer, job), facts_of(job));
  if (!options.common.quiet && !options.common.json)
    fmt::print("{}{} steps\n\n", shown == Shown::steps ? "" : text_of(job), trainer.steps);

  const train::References references = job.dev ? job.dev->references() : train::References();
  TrainingConsole console(trainer, {references, "loss", [&](double loss) { return advice(loss, references); }},
                          options.common);
  FinetuneOutcome outcome{.ending = train::train(tuning, trainer, run, console.listener()),
                          .more_is_better = trainer.larger_is_better};
  const bool is_over = outcome.ending != train::Ending::interrupted;
  if (is_over && (!job.dev || !fs::exists(run.best()))) job.model.write(run.best());
  if (is_over && job.dev) {
    Outputs outputs = outputs_of(*tasks::read_fine_tuned(run.best()).learner, job.dev->items());
    if (options.average > 1) outputs = try_mean(options, job, trainer, run, std::move(outputs));
    outcome.measures = job.dev->measures(outputs);
    std::stable_partition(outcome.measures.begin(), outcome.measures.end(),
                          [&](const auto& each) { return each.first == trainer.best_by; });
    keep_threshold(job, outcome.measures, run);
    if (shown == Shown::all) show_evaluation(*job.dev, outputs, options.common);
  }
  console.end(outcome.ending, options.run.out);
  return outcome;
}

int run_finetune(FinetuneOptions options) {
  bertlet::set_threads(options.common.threads);
  options.setup.data.part = options.part == "tail"            ? text::Part::tail
                            : options.part == "head-and-tail" ? text::Part::head_and_tail
                                                              : text::Part::head;
  options.selection.seed = options.common.seed;
  if (is_sweep(options))
    return sweep(options, [](const FinetuneOptions& each) { return run_once(each, Shown::steps); });
  return exit_code(run_once(options, Shown::all).ending);
}

}  // namespace

void add_finetune(const Command& program) {
  const Command family = program.add_family("finetune", "From labelled data to a model", about_all);
  const auto add = [&](const std::string& task, const std::string& what, const std::string& about) {
    const auto options = std::make_shared<FinetuneOptions>();
    options->setup.task = task;
    options->trainer.save_every = 0;
    if (task == "qa") options->setup.data.stride = 128;
    if (task == "siamese") options->setup.objective = "cosine";
    Command command = family.add(task.c_str(), what.c_str(), about.c_str());
    add_finetune_options(command, *options);
    command.runs([options] { return run_finetune(*options); });
  };
  for (const std::string& name : tasks::recipe_names()) {
    const std::string& what = tasks::recipe_named(name).what;
    add(name, what, about_of(name, what));
  }
  add("distill", "A smaller model that learns from a larger one", about_distill);
}

}  // namespace apps
