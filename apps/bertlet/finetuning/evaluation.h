#pragma once
#include "apps/bertlet/command.h"
#include "bert/tasks/finetuning.h"

namespace apps {

enum class Shown { wrong, right };  // examples

struct EvaluationOptions {
  std::int64_t examples = 10;  // at most so many are shown
  Shown shown = Shown::wrong;
};

// What the model makes of the data, under a bar.
bertlet::tasks::Outcome outcome_of(const bertlet::tasks::FineTuned& model, const bertlet::tasks::Data& data,
                                   const CommonOptions& common);

// How good outputs are: measures beside the baseline, the best-known one with its interval; tables; some examples, the
// surest mistakes first.
void show_evaluation(const bertlet::tasks::FineTuned& model, const bertlet::tasks::Data& data,
                     const bertlet::tasks::Outcome& outcome, const CommonOptions& common,
                     const EvaluationOptions& options = {});

// What may be said anew of a model's task when the model is used: columns, a threshold. Which of these it has is known
// only once it is read.
class UseOptions {
 public:
  UseOptions();
  void add_to(Command& command);
  void apply_to(bertlet::tasks::Task& task) const;

 private:
  struct Given {
    std::string name, help, type, value = {};
  };
  std::vector<Given> all_;
};

}  // namespace apps
