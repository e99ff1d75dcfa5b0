#pragma once
#include "apps/bertlet/training/options.h"
#include "bert/tasks/distilling.h"
#include "bert/tasks/tables/selection.h"

namespace apps {

namespace bert = bertlet::bert;
namespace metrics = bertlet::metrics;
namespace tasks = bertlet::tasks;
namespace text = bertlet::text;
namespace train = bertlet::train;

// With what a model begins that is made, or gone on from.
struct ModelOptions {
  std::string model;  // a directory, or a size
  std::string vocab;  // where a model begins from nothing; otherwise one is made of the training file
  bool cased = false;
  int64_t vocab_size = 8000;
  std::optional<int64_t> alphabet = {};
  std::optional<double> dropout = {};
  int64_t freeze = 0, fresh_layers = 0;

  bool is_fresh() const;                             // from nothing
  void visit_vocabulary(const options::Visitor& f);  // of one from nothing
  void visit(const options::Visitor& f);
};

// What a student is told of its teacher.
struct TeacherOptions {
  std::string teacher = {}, unlabelled = {};
  std::optional<int64_t> student_layers = {};
  std::vector<int64_t> from_layers = {};
  std::optional<int64_t> max_length = {};
  tasks::ColumnChoice columns = {};
  tasks::DistillingOptions loss = {};

  void visit(const options::Visitor& f);
};

struct FinetuneOptions {
  CommonOptions common;
  RunOptions run;
  std::shared_ptr<tasks::Task> task;  // with its options; of a student its teacher's, once that is read
  std::optional<TeacherOptions> teacher;
  ModelOptions model;
  std::string train, dev, labels;
  tasks::SelectionOptions selection;
  double held_out = 0.1;  // without dev
  bool drop_long = false;
  tasks::FineTuningOptions tuning;
  bertlet::train::TrainerOptions trainer;
  double epochs = 3, warmup = 0.1, head_lr = 1, layer_decay = 1;
  std::optional<double> lr, head_decay;
  int64_t average = 0;  // how many of the last checkpoints
  int64_t inspect = 0;  // items that are shown instead of trained on

  // Several fine-tunings instead of one.
  int64_t seeds = 1;
  std::vector<std::string> grid;  // lr=2e-5,5e-5

  void visit(const options::Visitor& f);
  FinetuneOptions copy() const;  // with a task of its own

 private:
  void visit_data(const options::Visitor& f);
  void visit_training(const options::Visitor& f);
  void visit_sweep(const options::Visitor& f);
};

// An option that is a number, by its name; an error if there is none.
void set_number(FinetuneOptions& options, const std::string& name, const std::string& value);

}  // namespace apps
