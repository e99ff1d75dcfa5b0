#pragma once
#include <memory>
#include <string>
#include <vector>

#include "optim/schedule.h"
#include "optim/sweep.h"

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
};

// adamw; google, which is AdamW without bias correction and with ε 1e-6; adam, whose decay is l2; lamb, adafactor, sgd.
std::vector<std::string> optimizer_names();
std::unique_ptr<AnyOptimizer> make_optimizer(const std::string& name, const Parameters& parameters,
                                             const OptimizerChoice& choice);

// constant, linear, linear-google, cosine, polynomial or inverse-sqrt, each after its warm-up.
std::vector<std::string> schedule_names();
Schedule make_schedule(const std::string& name, Span span);

}  // namespace bertlet::optim
