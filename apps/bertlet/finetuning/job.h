#pragma once
#include "apps/bertlet/finetuning/options.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/tasks/tables/data_report.h"

namespace apps {

// A fine-tuning that is ready to begin: data that were looked at, and a model with its first values.
struct FinetuneJob {
  bertlet::tasks::FineTuned model = {};
  std::unique_ptr<bertlet::tasks::Learner> teacher = {};       // of a student
  std::unique_ptr<bertlet::tasks::Data> train = {}, dev = {};  // dev: perhaps none
  bertlet::tasks::DataReport report = {};                      // of the training file, as it is
  bertlet::tasks::Cleaning cleaning = {};
  std::int64_t leaked = 0;  // examples of dev that stand in the training file
};
FinetuneJob finetune_job(const FinetuneOptions& options);

bertlet::train::TrainerOptions trainer_options(const FinetuneOptions& options, const FinetuneJob& job,
                                               std::int64_t batches_of_an_epoch);

// What the result depends on, and what else there is to know.
bertlet::io::Json settings_of(const FinetuneOptions& options, const bertlet::train::TrainerOptions& trainer,
                              const FinetuneJob& job);
bertlet::io::Json facts_of(const FinetuneJob& job);
std::string text_of(const FinetuneJob& job);

}  // namespace apps
