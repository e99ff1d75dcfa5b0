#include "apps/bertlet/finetuning/evaluation.h"
#include "apps/bertlet/finetuning/job.h"
#include "apps/bertlet/training/console.h"
#include "bert/io/files/directory.h"
#include "core/names.h"

namespace apps {

namespace {

namespace fs = std::filesystem;

constexpr const char* about_training =
    R"(From labelled data to a model that labels. --model is a directory with a BERT, or a size (tiny mini small …): then training
begins from nothing, with a vocabulary made of the training file. RUN/best is the model that was best on --dev, with all
that `bertlet evaluate` and `bertlet predict` need; Ctrl-C saves, and --resume goes on to the same bits. With --seeds, --folds
and --grid there are several runs in RUN, a table of them, and the best of the best choice in RUN/best.)";

constexpr const char* about_distill =
    R"(A student with fewer layers learns what a larger model, its teacher, says: a model that was fine-tuned for classify, pair,
multilabel, ner (without --crf), choice, siamese (classes) or mlm, or a BERT for hidden words. RUN/best is a model of the
teacher's task for `bertlet evaluate` and `bertlet predict`. Without --model the student begins with every other layer
of its teacher. Loss: soft T² KL(teacher / T, student / T) + hard · the task's + hidden (1 − cos of the last states).

Example: bertlet sample-data distill --out /tmp/data && cd /tmp/data &&
  bertlet finetune classify --model tiny --train train.tsv --dev dev.tsv --out teacher --epochs 10 &&
  bertlet finetune distill --teacher teacher --train train.tsv --dev dev.tsv --unlabelled unlabelled.txt --out student)";

constexpr const char* about_all = "Each task has its own --help. Example: bertlet finetune classify --help";

std::string about_of(const tasks::Task::Facts& facts) {
  const std::string& name = facts.name;
  return fmt::format(
      "{}.\n{}\n\nExample: bertlet sample-data {} --out /tmp/{} &&\n"
      "  bertlet finetune {} --model tiny --train /tmp/{}/train.* --dev /tmp/{}/dev.* --out /tmp/{}-run",
      facts.what, facts.about.empty() ? about_training : facts.about, name, name, name, name, name, name);
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

void write_best(const tasks::FineTuned& model, const train::RunDirectory& run) {
  bertlet::io::replace_directory(run.best(), [&](const fs::path& beside) { model.write(beside); });
}

// The mean of the last checkpoints becomes the best model, if it is.
tasks::Outcome try_mean(const FinetuneOptions& options, const FinetuneJob& job, const train::TrainerOptions& trainer,
                        const train::RunDirectory& run, tasks::Outcome best) {
  const tasks::FineTuned& model = job.model;
  std::vector<fs::path> last = train::Checkpoints(run.checkpoints(), trainer.keep).directories();
  last.resize(std::min(last.size(), to_size(options.average)));
  if (last.empty()) return best;
  model.network->parameters().load(train::mean_weights(last));
  tasks::Outcome outcome = model.outcome(*job.dev);
  const metrics::Measures all = measures(model, *job.dev, outcome), before = measures(model, *job.dev, best);
  const metrics::Measure &mean = *find(all, trainer.best_by), &single = *find(before, trainer.best_by);
  const bool better = is_better(mean, single);
  if (!options.common.quiet && !options.common.json)
    fmt::print("{} {:.4f} of the mean of the last {} checkpoints, {:.4f} of the best model: the {} is kept\n",
               trainer.best_by, mean.value, last.size(), single.value, better ? "mean" : "best model");
  if (!better) return best;
  write_best(model, run);
  return outcome;
}

// Of the best model on dev; what that tells the task is kept with it.
metrics::Measures measure_best(const FinetuneOptions& options, const FinetuneJob& job,
                               const train::TrainerOptions& trainer, const train::RunDirectory& run, Report report) {
  const tasks::FineTuned best = tasks::read_fine_tuned(run.best());
  tasks::Outcome outcome = best.outcome(*job.dev);
  if (options.average > 1) outcome = try_mean(options, job, trainer, run, std::move(outcome));
  metrics::Measures all = measures(job.model, *job.dev, outcome);
  std::stable_partition(all.begin(), all.end(),
                        [&](const metrics::Measure& each) { return each.name == trainer.best_by; });
  if (report == Report::all) show_evaluation(job.model, *job.dev, outcome, options.common);
  job.model.task->settle(all);
  tasks::write_task(*job.model.task, run.best());
  return all;
}

// Returns what there is to say of a finished run that gets longer.
std::string describe(train::RunDirectory& run, FinetuneOptions& options, const train::TrainerOptions& trainer,
                     const FinetuneJob& job) {
  train::Settings settings = train::settings_of(options::list_of(options));
  settings.values["steps"] = trainer.steps;
  settings.lengths.emplace_back("steps");
  settings.values["program"] = "bertlet finetune";
  const std::string extended = run.describe(settings.values, facts_of(job), settings.lengths);
  return extended.empty() ? "" : extended + "\n";
}

std::string label_text(const tasks::Task& task, const text::Vocabulary& vocabulary, int64_t label) {
  if (task.labels && label < task.labels->size()) return task.labels->name(label);
  return task.content() == tasks::Content::plain ? vocabulary.token(label) : std::to_string(label);
}

// Labels of the item as a whole; of one whose tokens have labels none.
std::string labels_text(const tasks::FineTuned& model, const tasks::Item& item) {
  std::vector<std::string> texts;
  if (std::ssize(item.labels) < item.tokens())
    for (const int64_t label : item.labels)
      texts.push_back(label_text(*model.task, model.tokenizer->vocabulary(), label));
  for (const bertlet::real value : item.values) texts.push_back(fmt::format("{}", value));
  return bertlet::joined(texts, ", ");
}

// Where in its text a token stands, in characters.
std::string place_text(const tasks::Item& item, std::size_t token) {
  if (item.characters.empty()) return "";
  const text::Span& at = item.characters[token];
  return fmt::format("  {:>9}", at.begin == at.end ? "-" : fmt::format("{}-{}", at.begin, at.end));
}

std::string table_of(const tasks::FineTuned& model, const tasks::Item& item) {
  const text::Vocabulary& vocabulary = model.tokenizer->vocabulary();
  const bool by_token = std::ssize(item.labels) == item.tokens();
  std::string to;
  for (std::size_t token = 0; const bertlet::bert::Sequence& sequence : item.sequences) {
    if (token > 0) to += "  --\n";
    for (std::size_t i = 0; i < sequence.ids.size(); ++i, ++token)
      to += fmt::format("  {:>4}  {:<18} {:>6}  {}{}{}\n", i, vocabulary.token(sequence.ids[i]), sequence.ids[i],
                        sequence.types.empty() ? 0 : sequence.types[i], place_text(item, token),
                        by_token && item.labels[token] != bertlet::no_label
                            ? "  " + label_text(*model.task, vocabulary, item.labels[token])
                            : "");
  }
  return to;
}

int inspect(FinetuneOptions options) {
  check_model(options.model);
  const FinetuneJob job = finetune_job(options);
  const std::vector<tasks::Item>& items = job.train->items;
  for (int64_t i = 0; i < std::min(options.inspect, std::ssize(items)); ++i) {
    const tasks::Item& item = items[bertlet::to_size(i)];
    const std::string labels = labels_text(job.model, item);
    fmt::print("{}{}{}\n{}\n", place_of(*job.train, item.example), labels.empty() ? "" : "  label: ", labels,
               table_of(job.model, item));
  }
  return 0;
}

int run_finetune(const FinetuneOptions& options) {
  options.common.apply();
  if (options.inspect > 0) return inspect(options);
  if (options.run.out.empty()) throw WrongUsage("--out is required, but for --inspect");
  return is_sweep(options) ? sweep(options) : exit_code(finetune_once(options, Report::all).ending);
}

void add(const Command& family, const std::string& name, const std::string& what, const std::string& about,
         const std::shared_ptr<FinetuneOptions>& options) {
  options->trainer.save_every = 0;
  Command command = family.add(name.c_str(), what.c_str(), about.c_str());
  command.options(*options);
  command.runs([options] { return run_finetune(*options); });
}

}  // namespace

FinetuneOutcome finetune_once(FinetuneOptions options, Report report) {
  check_model(options.model);
  train::RunDirectory run = run_directory(options.run);
  const FinetuneJob job = finetune_job(options);
  tasks::FineTuningOptions how = options.tuning;
  how.seed = options.common.seed;
  const auto loss =
      job.teacher ? distilling_loss(job.model, *job.teacher, options.teacher->loss) : tasks::FineTuning::Loss();
  tasks::FineTuning tuning(job.model, *job.train, job.dev.get(), how, loss);
  const train::TrainerOptions trainer = trainer_options(options, job, tuning.batches());
  const std::string extended = describe(run, options, trainer, job);
  if (!options.common.quiet && !options.common.json)
    fmt::print("{}{}{} steps\n\n", report == Report::steps ? "" : text_of(job), extended, trainer.steps);

  const auto& references = job.references;
  TrainingConsole console(trainer, {references, "loss", [&](double value) { return advice(value, references); }},
                          options.common);
  FinetuneOutcome outcome{.ending = train::train(tuning, trainer, run, console.listener())};
  const bool is_over = outcome.ending != train::Ending::interrupted;
  if (is_over && (!job.dev || !fs::exists(run.best()))) write_best(job.model, run);
  if (is_over && job.dev) outcome.measures = measure_best(options, job, trainer, run, report);
  console.end(outcome.ending, options.run.out);
  return outcome;
}

void add_finetune(const Command& program) {
  const Command family = program.add_family("finetune", "From labelled data to a model", about_all);
  for (const std::string& name : tasks::task_names()) {
    const auto options = std::make_shared<FinetuneOptions>();
    options->task = tasks::make_task(name);
    const tasks::Task::Facts facts = options->task->facts();
    add(family, name, facts.what, about_of(facts), options);
  }
  const auto options = std::make_shared<FinetuneOptions>();
  options->teacher.emplace();
  add(family, "distill", "A smaller model that learns from a larger one", about_distill, options);
}

}  // namespace apps
