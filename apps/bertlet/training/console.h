#pragma once
#include "apps/bertlet/command.h"
#include "apps/bertlet/progress.h"
#include "bert/train/plateau.h"
#include "bert/train/trainer.h"

namespace apps {

// What a person sees of a training: a line for each report, with what each number should be compared with, a hint where
// the loss sits, a bar. With --json each line is what stands in metrics.jsonl. SIGINT, SIGTERM and SIGHUP end the
// training after its step, as does an output that nobody reads any more; a second signal ends it at once.
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
  std::string hint(const bertlet::io::Json& line);
  void print(const std::string& line);
  bool talks() const { return !common_.quiet && !common_.json; }

  const bertlet::train::TrainerOptions options_;
  const Text text_;
  const CommonOptions common_;
  Progress progress_;
  bertlet::train::Plateau plateau_;
  int lost_ = 0;  // why stdout takes no more
};

int exit_code(bertlet::train::Ending ending);

}  // namespace apps
