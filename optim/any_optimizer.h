#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "optim/schedule.h"
#include "optim/slots.h"

namespace bertlet::optim {

// An optimizer whose name is known only when the program runs.
//
//   const std::unique_ptr<AnyOptimizer> optimizer = make_optimizer("adamw", parameters, {.lr = 2e-5});
class AnyOptimizer {
 public:
  virtual ~AnyOptimizer() = default;
  virtual double step(const Step& step) = 0;  // the gradient's norm before clipping
  virtual State state() const = 0;
  virtual void load(const State& state) = 0;
};

struct OptimizerChoice {
  double lr = 1e-4;
  double weight_decay = 0.01;
  std::vector<Group> groups = {no_decay()};
  std::optional<double> beta1 = {}, beta2 = {}, epsilon = {};  // otherwise the optimizer's own
};

// adamw; google, which is AdamW without bias correction and with ε 1e-6; adam, whose decay is l2; lamb, adafactor, sgd.
std::vector<std::string> optimizer_names();
std::unique_ptr<AnyOptimizer> make_optimizer(const std::string& name, const Parameters& parameters,
                                             const OptimizerChoice& choice);
void check(const std::string& optimizer, const OptimizerChoice& choice);  // an error if it has no such number

// What some schedules can be told; otherwise each has its own.
struct ScheduleNumbers {
  std::optional<double> cycles = {};           // cosine: 0.5, cosine-restarts: 1
  std::optional<double> power = {};            // polynomial: 1
  std::optional<double> end_factor = {};       // polynomial: 0
  std::optional<int64_t> timescale = {};       // inverse-sqrt: the warm-up
  std::optional<int64_t> noam_width = {};      // noam: must be given
  std::optional<double> cut = {}, ratio = {};  // slanted-triangular: 0.1 and 32
};

// constant, linear, linear-google, cosine, cosine-restarts, polynomial, inverse-sqrt and noam, each after its warm-up;
// slanted-triangular, which has its own.
std::vector<std::string> schedule_names();
Schedule make_schedule(const std::string& name, Span span, const ScheduleNumbers& numbers = {});

}  // namespace bertlet::optim
