#pragma once
#include "apps/bertlet/finetuning/options.h"
#include "bert/tasks/fine_tuned.h"

// With what a model begins that is fine-tuned.
namespace apps {

bool is_fresh(const FinetuneOptions& options);  // from nothing

// The model's own, or one of the words of the training file.
bertlet::text::Tokenizer tokenizer_for(const FinetuneOptions& options, const bertlet::tasks::Examples& examples);
bertlet::bert::Config config_for(const FinetuneOptions& options, const bertlet::text::Tokenizer& tokenizer);

// First values, or those of the model that is gone on from.
void give_values(bertlet::tasks::Learner& learner, const FinetuneOptions& options);

// Some of the teacher's layers, or another model with the teacher's words and labels.
std::unique_ptr<bertlet::tasks::Learner> student_of(const bertlet::tasks::FineTuned& teacher,
                                                    const FinetuneOptions& options);

}  // namespace apps
