#pragma once
#include "optim/slots.h"

namespace bertlet::optim {

// Where ε stands. The difference shows in the first steps, while v is small.
enum class Epsilon {
  after_correction,   // √v̂ + ε: the paper, PyTorch
  before_correction,  // √v + ε, then corrected: TensorFlow's "epsilon hat"
  inside_root,        // √(v̂ + ε)
};

enum class Decay {
  decoupled,  // AdamW: p shrinks by lr · decay, beside the update
  l2,         // Adam's old form: the gradient of ½ decay p² joins g and is rescaled like it
};

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
  Decay decay = Decay::l2;
  bool bias_correction = true;  // Google's BERT pre-training had none
  Epsilon epsilon_is = Epsilon::after_correction;
  std::vector<Group> groups = {};
};

// m <- β₁ m + (1 − β₁) g,  v <- β₂ v + (1 − β₂) g²,  p <- p − lr m̂ / (√v̂ + ε), in one sweep over memory.
class Adam {
 public:
  Adam(const Parameters& parameters, AdamOptions options);

  // Updates every parameter that has a gradient and returns the gradient's norm before clipping. If that is not finite,
  // nothing is updated.
  double step(const Step& step = {});

  State state() const;            // by name; shares memory with the optimizer
  void load(const State& state);  // bit by bit what state() gave

 private:
  AdamOptions options_;
  Slots slots_;
  Array first_, second_;  // the moments m and v
};

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
  bool bias_correction = true;
  Epsilon epsilon_is = Epsilon::after_correction;
  std::vector<Group> groups = {no_decay()};
};

// Adam with decoupled decay.
class AdamW : public Adam {
 public:
  explicit AdamW(const Parameters& parameters, const AdamWOptions& options = {});
};

AdamWOptions google_pretraining();  // no bias correction, ε 1e-6, decay 0.01 except bias and LayerNorm

}  // namespace bertlet::optim
