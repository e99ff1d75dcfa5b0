#pragma once
#include "apps/bertlet/finetuning/options.h"
#include "bert/tasks/tables/data_report.h"

namespace apps {

// A fine-tuning that is ready to begin: data that were looked at, and a model with its first values.
struct FinetuneJob {
  tasks::FineTuned model = {};
  std::optional<tasks::FineTuned> teacher = {};       // of a student
  std::unique_ptr<tasks::Data> train = {}, dev = {};  // dev: perhaps none
  tasks::DataReport report = {};                      // of the training file, as it is
  tasks::Cleaning cleaning = {};
  int64_t leaked = 0;  // examples of dev that stand in the training file
  bertlet::train::References references = {};
};

// Options that follow from the data and the model get their values: --max-length auto, --lr auto.
FinetuneJob finetune_job(FinetuneOptions& options);

train::TrainerOptions trainer_options(const FinetuneOptions& options, const FinetuneJob& job,
                                      int64_t batches_of_an_epoch);

bertlet::io::Json facts_of(const FinetuneJob& job);  // for run.json, beside the options
std::string text_of(const FinetuneJob& job);

// --- with what a model begins: model.cpp ----------------------------------------------------------------------------

// An error, before anything is read, if --model is neither a model nor a size.
void check_model(const ModelOptions& options);

// The model's own, a given one, or one of the words of the training file.
text::Tokenizer tokenizer_for(const ModelOptions& options, const tasks::Examples& examples);
bert::Config config_for(const ModelOptions& options, const text::Tokenizer& tokenizer);

// First values, or those of the model that is gone on from.
void give_values(bert::Network& network, const ModelOptions& options, const CommonOptions& common);

// Some of the teacher's layers, or another model with the teacher's words and labels.
tasks::FineTuned student_of(const tasks::FineTuned& teacher, const FinetuneOptions& options);

// --- several fine-tunings, which differ in a few options: sweep.cpp -------------------------------------------------

struct FinetuneOutcome {
  bertlet::train::Ending ending = bertlet::train::Ending::done;
  metrics::Measures measures = {};  // of the best model on dev, what it was best in first; none without dev
};
enum class Report { all, steps };
FinetuneOutcome finetune_once(FinetuneOptions options, Report report);

bool is_sweep(const FinetuneOptions& options);

// Each in a run's directory of its own in RUN; a table with a line for each choice of --grid, over its seeds and folds.
// RUN/best becomes the best model of the choice that was best on average. Returns the exit code.
int sweep(const FinetuneOptions& options);

}  // namespace apps
