#include "apps/bertlet/finetuning/options.h"

#include <filesystem>

#include "core/require.h"

namespace apps {

using options::Affects;
using options::Option;

namespace {

constexpr const char* several_runs = "Several runs";
const options::Limits a_file{.type = "F", .affects = Affects::content}, a_share{.least = 0, .most = 1};
const options::Limits layer_count{.least = 0, .most = 1 << 10}, up_to_1000{.least = 0, .most = 1000};

}  // namespace

bool ModelOptions::is_fresh() const { return !model.empty() && !std::filesystem::is_directory(model); }

void ModelOptions::visit_vocabulary(const options::Visitor& f) {
  f({"vocab", &vocab, "Vocabulary of a model from nothing: vocab.txt, or a directory; otherwise made of --train",
     a_file});
  f({"cased", &cased, "Keep upper case, of a model from nothing"});
  f({"vocab-size", &vocab_size, "Size of a vocabulary that is made", {.least = 10}});
  f({"alphabet", &alphabet, "Characters in a vocabulary that is made", {.empty = "auto"}});
}

void ModelOptions::visit(const options::Visitor& f) {
  f({"dropout",
     &dropout,
     "Dropout rate everywhere in the model; otherwise the model's own, or 0 from nothing",
     {.least = 0, .most = 0.99}});
  f({"freeze", &freeze, "Layers that stay as they are, counted from the first; the embeddings with them", layer_count});
  f({"fresh-layers", &fresh_layers, "Layers that get fresh weights, counted from the last", layer_count});
}

void TeacherOptions::visit(const options::Visitor& f) {
  f({"teacher",
     &teacher,
     "A fine-tuned model, its run, or a BERT for hidden words",
     {.type = "DIR", .needed = true, .affects = Affects::content}});
  f({"unlabelled", &unlabelled, "More texts, without labels: the student learns what the teacher says of them",
     a_file});
  f({"student-layers", &student_layers, "How many of the teacher's layers the student has; otherwise every other one"});
  f({"from-layers", &from_layers, "Which of the teacher's layers the student has, counted from 0: 0,2,4", up_to_1000});
  f({"max-length",
     &max_length,
     "Tokens per sequence; auto: as many as the teacher was shown",
     {.least = 3, .most = 1 << 20, .empty = "auto"}});
  tasks::visit(columns, tasks::Content::pair, f);
  loss.visit(f);
}

void FinetuneOptions::visit_data(const options::Visitor& f) {
  f({"train", &train, "Examples to learn from", {.type = "F", .needed = true, .affects = Affects::content}});
  f({"dev", &dev, "Examples to measure on; RUN/best is the model that is best on them", a_file});
  f({"held-out",
     &held_out,
     "Share of --train to measure on, without --dev; as much of each class",
     {.least = 0, .most = 0.9}});
  f({"fraction", &selection.fraction, "Share of --train to learn from; as much of each class", a_share});
  f({"drop-duplicates", &selection.cleaning.duplicates, "Leave out rows of --train whose text came before"});
  f({"drop-long", &drop_long, "Leave out rows of --train that are longer than --max-length"});
  f({"inspect",
     &inspect,
     "Print so many examples as the model gets them, and end; --out is not needed",
     {.least = 0, .most = 1 << 20, .affects = Affects::nothing}});
  if (task && (task->has_named_classes() || task->class_loss() == tasks::ClassLoss::weighted))
    f({"labels", &labels, "File of labels, one per line in their order; otherwise those of --train", a_file});
}

void FinetuneOptions::visit_training(const options::Visitor& f) {
  f({"epochs",
     &epochs,
     "Passes over the examples; 0: measure without training",
     {.least = 0, .most = 1e6, .affects = Affects::length}});
  f({"lr", &lr, "Peak learning rate; otherwise 5e-5, or 5e-4 from nothing", {.empty = "auto"}});
  f({"head-lr", &head_lr, "Learning rate of the head, as a multiple of --lr"});
  f({"layer-decay", &layer_decay, "Learning rate of a layer, as a multiple of that of the layer above", a_share});
  f({"warmup", &warmup, "Share of the steps in which the rate rises", a_share});
  f({"head-decay", &head_decay, "Weight decay of the head; otherwise --weight-decay"});
  tuning.visit([&](const Option& option) {
    const bool agrees = option.name != "r-drop" || !task || task->class_loss() != tasks::ClassLoss::none;
    if (agrees) f(option);
  });
  trainer.visit(f);
  f({"evaluate-every", &trainer.evaluate_every, "Steps between evaluations; 0: one per epoch", {.least = 0}});
  f({"save-every",
     &trainer.save_every,
     "Steps between checkpoints; 0: one per epoch",
     {.least = 0, .affects = Affects::nothing}});
  f({"best-by",
     &trainer.best_by,
     "Measure by which RUN/best is chosen; otherwise the task's own",
     {.type = "MEASURE"}});
  f({"average", &average, "Try the mean of the last so many checkpoints, and keep it if it is better on --dev",
     up_to_1000});
}

void FinetuneOptions::visit_sweep(const options::Visitor& f) {
  f({"seeds", &seeds, "Runs with different seeds, from --seed on; their mean and standard deviation"});
  f({"folds", &selection.folds, "Runs that are measured on another part of --train each; 0: one run", up_to_1000});
  f({"grid", &grid, "Runs with each of these values, such as lr=2e-5,5e-5 batch=16,32", {.type = "NAME=A,B"}});
}

void FinetuneOptions::visit(const options::Visitor& f) {
  visit_data(options::in_group("Data", f));
  const options::Visitor of_model = options::in_group("Model", f), of_training = options::in_group("Training", f);
  if (teacher) teacher->visit(of_model);
  of_model({"model",
            &model.model,
            teacher ? "A student that is not part of its teacher: a directory, or a size"
                    : "Directory of a model, or a size to begin from nothing: tiny mini small medium base large",
            {.type = "DIR", .needed = !teacher, .affects = Affects::content}});
  if (!teacher) model.visit_vocabulary(of_model);
  model.visit(of_model);
  if (task) {
    task->visit(options::in_group("Task", f));
    task->visit_loss(of_training);
  }
  visit_training(of_training);
  visit_sweep(options::in_group(several_runs, f));
  run.visit(options::in_group("Output", f));
  common.visit(options::in_group("General", f));
}

// The task has state, so that a copy needs one of its own.
FinetuneOptions FinetuneOptions::copy() const {
  FinetuneOptions to = *this;
  if (!task) return to;
  to.task = tasks::make_task(task->facts().name);
  const bertlet::io::JsonDocument values(options::json_of(options::list_of(const_cast<FinetuneOptions&>(*this))),
                                         "options");
  options::read(options::list_of(to), values.root());
  to.task->labels = task->labels;
  return to;
}

void set_number(FinetuneOptions& to, const std::string& name, const std::string& value) {
  const auto is_meant = [&](const Option& option) {
    return option.name == name && options::is_number(option) && option.limits.affects != Affects::nothing &&
           option.limits.group != several_runs;
  };
  const std::vector<Option> all = options::list_of(to);
  const auto found = std::ranges::find_if(all, is_meant);
  if (found == all.end())
    throw WrongUsage(fmt::format("--grid: got '{}', want the name of an option that is a number, such as lr", name));
  try {
    options::set(*found, value);
  } catch (const bertlet::Error& error) {
    throw WrongUsage(fmt::format("--grid: got '{}={}': {}", name, value, error.what()));
  }
}

}  // namespace apps
