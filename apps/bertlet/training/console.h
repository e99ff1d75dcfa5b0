#pragma once
#include "apps/bertlet/command.h"
#include "apps/bertlet/progress.h"
#include "bert/train/plateau.h"
#include "bert/train/trainer.h"

namespace apps {

// What a person sees of a training: a line for each report, with what each number should be compared with, a hint where
// the loss sits, a bar. With --json each line is what stands in metrics.jsonl. SIGINT and SIGTERM end the training
// after its step; the second one at once.
class TrainingConsole {
 public:
  struct Text {
    bertlet::train::References references;
    std::string watched;                              // the measure whose plateaus are told
    std::function<std::string(double value)> advice;  // what to think of one, and what to do
  };
  TrainingConsole(const bertlet::train::TrainerOptions& options, Text text, const CommonOptions& common);

  bertlet::train::Listener listener();
  void end(bertlet::train::Ending ending, const std::string& run);

 private:
  void show(const bertlet::io::Json& line);
  std::string text_of(const bertlet::io::Json& line) const;
  std::string measure(const std::string& name, double value) const;
  void hint(const bertlet::io::Json& line);
  bool talks() const { return !common_.quiet && !common_.json; }

  const bertlet::train::TrainerOptions options_;
  const Text text_;
  const CommonOptions common_;
  Progress progress_;
  bertlet::train::Plateau plateau_;
};

int exit_code(bertlet::train::Ending ending);

}  // namespace apps
