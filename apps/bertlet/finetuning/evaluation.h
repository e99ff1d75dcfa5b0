#pragma once
#include <map>

#include "apps/bertlet/finetuning/options.h"

namespace apps {

enum class Shown { wrong, right };  // examples

struct EvaluationOptions {
  int64_t examples = 10;  // at most so many are shown
  Shown shown = Shown::wrong;
};

// How good outputs are: measures beside the baseline, the best-known one with its interval; tables; some examples, the
// surest mistakes first.
void show_evaluation(const tasks::FineTuned& model, const tasks::Data& data, const tasks::Outcome& outcome,
                     const CommonOptions& common, const EvaluationOptions& options = {});

// The model that a subcommand uses, and what may be said anew of its task: columns, a threshold. Which of these it has
// is known only once it is read.
struct UsedModel {
  std::string directory;
  std::optional<bertlet::Precision> precision = {};
  std::map<std::string, std::string> said;  // by the option's name; "": nothing was said

  void visit(const options::Visitor& f);
  void visit_said(const options::Visitor& f);
  tasks::FineTuned read() const;
};

}  // namespace apps
