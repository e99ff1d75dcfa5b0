#include "bert/options/precision.h"
#include "bert/train/trainer.h"

namespace bertlet::train {

namespace {

using options::Affects;
using options::Visitor;

constexpr double under_one = 0.999999999;

void visit_schedule(optim::ScheduleNumbers& to, const Visitor& f) {
  f({"cycles", &to.cycles, "Waves of cosine (otherwise 0.5) and of cosine-restarts (1)"});
  f({"power", &to.power, "Of polynomial; otherwise 1"});
  f({"end-factor", &to.end_factor, "The share of the rate that polynomial ends at; otherwise 0", {.most = 1}});
  f({"timescale", &to.timescale, "Steps of inverse-sqrt; otherwise the warm-up"});
  f({"noam-width", &to.noam_width, "Hidden size for noam, whose --lr is a factor near 1"});
  f({"cut", &to.cut, "The share of steps in which slanted-triangular rises; otherwise 0.1", {.most = under_one}});
  f({"ratio", &to.ratio, "Its highest rate over its lowest; otherwise 32", {.least = 1}});
}

void visit_optimizer(optim::OptimizerChoice& to, const Visitor& f) {
  f({"weight-decay", &to.weight_decay, "Of all but biases and LayerNorm"});
  f({"beta1", &to.beta1, "Decay of the mean of gradients; otherwise the optimizer's own", {.most = under_one}});
  f({"beta2", &to.beta2, "Decay of the mean of their squares; otherwise the optimizer's own", {.most = under_one}});
  f({"epsilon", &to.epsilon, "Added to the divisor; otherwise the optimizer's own"});
}

void visit_length(TrainerOptions& to, const Visitor& f) {
  f({"patience", &to.patience, "Evaluations without a better one before it ends; 0: any number", {.least = 0}});
  f({"patience-steps", &to.patience_steps, "The same in steps", {.least = 0}});
  f({"hours", &to.hours, "End after so long; 0: whenever it is done", {.affects = Affects::nothing}});
}

}  // namespace

void TrainerOptions::visit(const Visitor& all) {
  const Visitor f = options::in_group("Training", all);
  f({"optimizer", &optimizer, "How to take a step", {.values = optim::optimizer_names()}});
  f({"schedule", &schedule, "How the rate goes down", {.values = optim::schedule_names()}});
  visit_schedule(schedule_numbers, f);
  f({"accumulate", &accumulate, "Batches to a step"});
  f(options::training_precision(&precision));
  visit_optimizer(choice, f);
  f({"clip", &clip, "The largest gradient norm let through; 0: any"});
  visit_length(*this, f);
  const Visitor out = options::in_group("Output", all);
  out({"log-every", &log_every, "Steps from report to report"});
  f({"check-finite",
     &check_finite,
     "Look at each result and gradient: what is not finite is an error that names operation and parameter",
     {.affects = Affects::nothing}});
  out({"keep", &keep, "How many checkpoints", {.affects = Affects::nothing}});
}

optim::Schedule schedule_of(const TrainerOptions& options) {
  return optim::make_schedule(options.schedule, {options.warmup, std::max<int64_t>(1, options.steps)},
                              options.schedule_numbers);
}

void check(const TrainerOptions& options) {
  optim::check(options.optimizer, options.choice);
  schedule_of(options);
}

}  // namespace bertlet::train
