#pragma once
#include "apps/bertlet/finetuning/options.h"
#include "bert/tasks/tables/data_report.h"

namespace apps {

// A fine-tuning that is ready to begin: data that were looked at, and a model with its first values.
struct FinetuneJob {
  bertlet::tasks::FineTuned model = {};
  std::optional<bertlet::tasks::FineTuned> teacher = {};       // of a student
  std::unique_ptr<bertlet::tasks::Data> train = {}, dev = {};  // dev: perhaps none
  bertlet::tasks::DataReport report = {};                      // of the training file, as it is
  bertlet::tasks::Cleaning cleaning = {};
  std::int64_t leaked = 0;  // examples of dev that stand in the training file
  bertlet::train::References references = {};
};

// Options that follow from the data and the model get their values: --max-length auto, --lr auto.
FinetuneJob finetune_job(FinetuneOptions& options);

bertlet::train::TrainerOptions trainer_options(const FinetuneOptions& options, const FinetuneJob& job,
                                               std::int64_t batches_of_an_epoch);

bertlet::io::Json facts_of(const FinetuneJob& job);  // for run.json, beside the options
std::string text_of(const FinetuneJob& job);

}  // namespace apps
