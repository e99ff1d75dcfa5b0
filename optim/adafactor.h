#pragma once
#include "optim/slots.h"

namespace bertlet::optim {

struct AdafactorOptions {
  double lr = 1e-3;               // ignored with relative_step
  double epsilon_square = 1e-30;  // joins g²
  double epsilon_scale = 1e-3;    // the least size a parameter is taken to have
  double clip_threshold = 1;      // of the update's root mean square
  double decay_rate = -0.8;       // β₂ = 1 − t^decay_rate
  double beta1 = 0;               // 0: no first moment, and no memory for one
  double weight_decay = 0;
  bool scale_parameter = true;  // the rate is relative to the parameter's root mean square
  bool relative_step = false;   // the rate is min(10⁻², 1/√t)
  bool warmup_init = false;     // … and starts at 10⁻⁶ t
  std::vector<Group> groups = {};
};

// Adam with little memory (Shazeer and Stern, 2018), as in Hugging Face's library: of a matrix's second moments only
// the means of rows and columns are kept.
class Adafactor {
 public:
  Adafactor(const Parameters& parameters, AdafactorOptions options);

  double step(const Step& step = {});  // as Adam's

  State state() const;
  void load(const State& state);

 private:
  struct Moments {
    Array rows, cols;  // of a matrix (or of each matrix of a stack)
    Array full;        // of a vector
  };

  double rate(const Slots::Slot& slot, const Step& step) const;
  void second_moments(const Array& g, double beta2, Moments& moments) const;
  void update(const Slots::Piece& all, const Step& step, double g_factor);

  AdafactorOptions options_;
  Slots slots_;
  std::vector<Moments> moments_;
  Array first_;  // no memory without beta1
};

}  // namespace bertlet::optim
