#pragma once
#include "bert/metrics/measure.h"
#include "bert/options/option.h"
#include "bert/train/checkpoints.h"
#include "bert/train/run_directory.h"
#include "core/autograd.h"
#include "nn/pass.h"
#include "optim/any_optimizer.h"

namespace bertlet::train {

using metrics::Measures;

// By measure, what it should be compared with: "mlm_loss" → "unigrams" 6.2.
using References = std::map<std::string, std::vector<std::pair<std::string, double>>>;
io::Json json_of(const References& references);

// What is trained on what. The trainer knows nothing else of it.
class Trainable {
 public:
  virtual ~Trainable() = default;

  virtual Parameters& parameters() = 0;

  // The mean loss of the next micro-batch, and its parts.
  struct Loss {
    Tensor mean = {};
    Measures parts = {};
    int64_t tokens = 0;
  };
  virtual Loss next(Pass& pass) = 0;
  virtual void backward(const Tensor& loss) { bertlet::backward(loss); }  // of the one that was next

  virtual Measures evaluate() = 0;  // on held-out data; nothing if there is none
  virtual void save_model(const std::filesystem::path& directory) const = 0;
  virtual void save_last_batch(const std::filesystem::path& file) const = 0;  // for a loss that is not finite

  virtual io::Json notes() const = 0;  // where it stands in its data
  virtual void go_on_from(const io::Json& notes) = 0;
};

struct TrainerOptions {
  int64_t steps = 1000;  // 0: measures, and learns nothing
  std::string optimizer = "adamw", schedule = "linear";
  optim::OptimizerChoice choice = {};
  optim::ScheduleNumbers schedule_numbers = {};
  int64_t warmup = 0;
  double clip = 1;
  int64_t accumulate = 1;                 // micro-batches to a step
  Precision precision = Precision::fp32;  // of products; weights, gradients and moments stay as they are
  int64_t log_every = 10, evaluate_every = 0, save_every = 500, keep = 2;
  std::string best_by = {};    // a measure of evaluate()
  int64_t patience = 0;        // evaluations without a better one that are borne; 0: any number
  int64_t patience_steps = 0;  // or steps
  double hours = 0;            // 0: as long as it takes
  std::uint64_t seed = 1;
  bool check_finite = false;

  // What every training can be told. Its length, its rate and when it is measured differ from one to the other.
  void visit(const options::Visitor& f);
};
void check(const TrainerOptions& options);  // an error if some do not go together
optim::Schedule schedule_of(const TrainerOptions& options);

enum class Ending { done, time_up, patience_lost, interrupted };

struct Listener {
  std::function<void(int64_t step)> on_step = {};          // also before the first one, with where it goes on from
  std::function<void(const io::Json& line)> on_line = {};  // that was written to metrics.jsonl
  std::function<bool()> interrupted = {};
};

// Steps, reports, evaluations and checkpoints, from the newest checkpoint on if there is one. A run that was ended
// anywhere and resumed leaves the same bits as one that never was.
Ending train(Trainable& task, const TrainerOptions& options, const RunDirectory& run, const Listener& listener = {});

}  // namespace bertlet::train
