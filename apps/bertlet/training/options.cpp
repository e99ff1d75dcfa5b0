#include "apps/bertlet/training/options.h"

namespace apps {

namespace optim = bertlet::optim;
namespace train = bertlet::train;

void add_run_options(Command& command, RunOptions& options) {
  command.text("--out", "RUN", options.out, "The run's directory", Needed::yes);
  command.flag("--resume", options.resume, "Go on with the run that is there");
  command.flag("--force", options.force, "Replace it");
}

train::RunDirectory run_directory(const RunOptions& options) {
  return {options.out, options.resume  ? train::IfThere::resume
                       : options.force ? train::IfThere::replace
                                       : train::IfThere::refuse};
}

void add_step_choices(Command& command, train::TrainerOptions& options) {
  command.one_of("--optimizer", "NAME", options.optimizer, optim::optimizer_names(), "How to take a step");
  command.one_of("--schedule", "NAME", options.schedule, optim::schedule_names(), "How the rate goes down");
}

void add_step_numbers(Command& command, train::TrainerOptions& options) {
  command.number("--accumulate", options.accumulate, "Batches to a step");
  command.number("--weight-decay", options.choice.weight_decay, "Of all but biases and LayerNorm");
  command.number("--clip", options.clip, "The largest gradient norm let through; 0: any");
}

void add_report_options(Command& command, train::TrainerOptions& options) {
  command.number("--log-every", options.log_every, "Steps from report to report");
  command.number("--keep", options.keep, "How many checkpoints");
  command.number("--patience", options.patience, "Evaluations without a better one before it ends; 0: any number", {0});
  command.number("--patience-steps", options.patience_steps, "The same in steps", {0});
  command.number("--hours", options.hours, "End after so long; 0: whenever it is done");
}

bertlet::io::Json settings_of(const train::TrainerOptions& options) {
  return {{"accumulate", options.accumulate},
          {"steps", options.steps},
          {"optimizer", options.optimizer},
          {"lr", options.choice.lr},
          {"weight_decay", options.choice.weight_decay},
          {"schedule", options.schedule},
          {"warmup", options.warmup},
          {"clip", options.clip},
          {"log_every", options.log_every},
          {"evaluate_every", options.evaluate_every},
          {"best_by", options.best_by},
          {"seed", options.seed}};
}

}  // namespace apps
