#pragma once
#include "apps/bertlet/command.h"
#include "bert/train/trainer.h"

// What every training is told.
namespace apps {

struct RunOptions {
  std::string out;
  bool resume = false, force = false;
};
void add_run_options(Command& command, RunOptions& options);
bertlet::train::RunDirectory run_directory(const RunOptions& options);

// How a step is taken but for its rate; what is reported, and how long it goes on.
void add_step_choices(Command& command, bertlet::train::TrainerOptions& options);
void add_step_numbers(Command& command, bertlet::train::TrainerOptions& options);
void add_report_options(Command& command, bertlet::train::TrainerOptions& options);

// What the result depends on.
bertlet::io::Json settings_of(const bertlet::train::TrainerOptions& options);

}  // namespace apps
