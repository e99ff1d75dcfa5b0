#include "apps/bertlet/training/pretrain_options.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace data = bertlet::data;
using options::Affects;
using options::Visitor;

// See bert/train/README.md.
double rate_for(const bert::Config& config) {
  if (config.hidden_size <= 256) return 1e-3;
  return config.hidden_size <= 512 ? 5e-4 : 1e-4;
}

}  // namespace

void PretrainOptions::visit_data(const Visitor& f) {
  f({"corpus",
     &corpus,
     "Text: a sentence a line, a blank line between documents",
     {.type = "F", .needed = true, .affects = Affects::content}});
  f({"dev", &dev, "Text held out, which shows what was learned", {.type = "F", .affects = Affects::content}});
  f({"prose", &prose, "The text is prose: sentences are found in it, two blank lines end a document"});
  f({"held-out", &held_out, "The share of documents that is, without --dev", {.most = 0.9}});
  f({"prepared",
     &prepared,
     "Where instances are written, and used again by other runs; otherwise in RUN",
     {.type = "DIR", .affects = Affects::nothing}});
  f({"vocab",
     &tokenizer.vocab,
     "vocab.txt, or a model directory; otherwise that of --init",
     {.type = "F", .affects = Affects::content}});
  tokenizer.visit_text(f);
  instances.visit(f);
  f({"masking", &masking, "In each epoch anew, or once", {.values = {"dynamic", "static"}}});
  mask.visit(f);
}

void PretrainOptions::visit_training(const Visitor& f) {
  f({"steps",
     &trainer.steps,
     "Of the optimizer; 0: the model is measured as it is",
     {.least = 0, .affects = Affects::length}});
  pretraining.visit(f);
  f({"lr", &lr, "The rate at the end of warm-up; auto: by the model's size", {.empty = "auto"}});
  f({"warmup",
     &warmup,
     "Steps in which the rate rises from 0; auto: a tenth of them",
     {.least = 0, .affects = Affects::length, .empty = "auto"}});
  trainer.visit(f);
}

void PretrainOptions::visit_output(const Visitor& f) {
  f({"save-every", &trainer.save_every, "Steps from checkpoint to checkpoint", {.affects = Affects::nothing}});
  f({"evaluate-every", &trainer.evaluate_every, "0: with each checkpoint", {.least = 0}});
  run.visit(f);
  f({"inspect",
     &inspect,
     "Print so many instances and end",
     {.least = 0, .most = 1 << 20, .affects = Affects::nothing}});
}

void PretrainOptions::visit(const Visitor& f) {
  visit_data(options::in_group("Data", f));
  const Visitor model = options::in_group("Model", f);
  model({"config", &config, "tiny mini small medium base large, or FILE.json", {.affects = Affects::content}});
  model({"init", &init, "A model to go on from", {.type = "DIR", .affects = Affects::content}});
  visit_training(options::in_group("Training", f));
  visit_output(options::in_group("Output", f));
  common.visit(f);
}

PretrainOptions completed(PretrainOptions to, const bert::Config& config) {
  bertlet::train::TrainerOptions& trainer = to.trainer;
  const bool is_noam = trainer.schedule == "noam";
  if (is_noam && !trainer.schedule_numbers.noam_width) trainer.schedule_numbers.noam_width = config.hidden_size;
  if (!to.lr) to.lr = is_noam ? 1 : to.init.empty() ? rate_for(config) : 1e-4;
  if (!to.warmup) to.warmup = (trainer.steps + 9) / 10;
  trainer.choice.lr = *to.lr;
  trainer.warmup = *to.warmup;
  if (trainer.evaluate_every == 0) trainer.evaluate_every = trainer.save_every;
  trainer.best_by = "mlm_loss";
  if (!to.init.empty()) to.config = to.init;
  to.pretraining.mask = to.mask;
  trainer.seed = to.pretraining.seed = to.instances.seed = to.common.seed;
  if (to.masking == "dynamic")
    to.instances.mask.reset();
  else
    to.instances.mask = to.mask;
  check(to.mask);
  check(trainer);
  return to;
}

data::TextOptions text_options(const PretrainOptions& options) {
  return {.files = options.corpus,
          .held_out_files = options.dev,
          .held_out = options.held_out,
          .form = options.prose ? data::CorpusForm::prose : data::CorpusForm::lines,
          .instances = options.instances};
}

}  // namespace apps
