#pragma once
#include "apps/bertlet/finetuning/options.h"

// With what a model begins that is fine-tuned.
namespace apps {

// An error, before anything is read, if --model is neither a model nor a size.
void check_model(const ModelOptions& options);

// The model's own, a given one, or one of the words of the training file.
bertlet::text::Tokenizer tokenizer_for(const ModelOptions& options, const bertlet::tasks::Examples& examples);
bertlet::bert::Config config_for(const ModelOptions& options, const bertlet::text::Tokenizer& tokenizer);

// First values, or those of the model that is gone on from.
void give_values(bertlet::bert::Network& network, const ModelOptions& options, const CommonOptions& common);

// Some of the teacher's layers, or another model with the teacher's words and labels.
bertlet::tasks::FineTuned student_of(const bertlet::tasks::FineTuned& teacher, const FinetuneOptions& options);

}  // namespace apps
