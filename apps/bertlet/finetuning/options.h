#pragma once
#include "apps/bertlet/finetuning/distill_options.h"
#include "apps/bertlet/training/options.h"
#include "bert/tasks/finetuning.h"
#include "bert/tasks/setup.h"
#include "bert/tasks/tables/selection.h"

namespace apps {

struct FinetuneOptions {
  CommonOptions common;
  RunOptions run;
  std::string model, train, dev, labels, max_length = "auto", part = "head";
  bertlet::tasks::Setup setup;
  DistillOptions distill;
  bertlet::tasks::FineTuningOptions tuning;
  bertlet::train::TrainerOptions trainer;
  std::optional<double> lr, head_decay;
  bertlet::tasks::SelectionOptions selection;
  double held_out = 0.1;  // without dev
  bool drop_long = false;
  double epochs = 3, warmup = 0.1, head_lr = 1, layer_decay = 1, smoothing = 0;
  std::int64_t freeze = 0, fresh_layers = 0, vocab_size = 8000;
  std::optional<double> dropout;
  bool balanced = false;
  std::int64_t average = 0;  // how many of the last checkpoints

  // Several fine-tunings instead of one.
  std::int64_t seeds = 1;
  std::vector<std::string> grid;  // lr=2e-5,5e-5
};

// Those that change something in the task that `options` name.
void add_finetune_options(Command& command, FinetuneOptions& options);

}  // namespace apps
