#pragma once
#include <functional>
#include <string>

#include "core/real.h"

namespace bertlet::optim {

// A schedule is a pure function of the step (0, 1, 2, …): the factor by which the base rate is multiplied there.
//
//   const Schedule schedule = linear({.warmup = 100, .total = 1000});
//   optimizer.step({.factor = schedule(step)});
using Schedule = std::function<double(int64_t step)>;

struct Span {  // warm-up rises from 0 at step 0 to 1 at step `warmup`; the decay ends at step `total`
  int64_t warmup = 0;
  int64_t total = 0;
};

Schedule constant();
Schedule constant_with_warmup(int64_t warmup);
Schedule linear(Span span);  // Hugging Face: falls to 0 from the end of warm-up
Schedule linear_google(
    Span span);  // google-research/bert: the fall is measured from step 0, so the rate drops at the end of warm-up
Schedule cosine(Span span, double cycles = 0.5);
Schedule cosine_with_restarts(Span span, int64_t cycles = 1);
Schedule polynomial(Span span, double power = 1,
                    double end_factor = 0);                    // end_factor: the rate it ends at, over the base rate
Schedule inverse_sqrt(int64_t warmup, int64_t timescale = 0);  // timescale 0: the warm-up, or 10000 without one
Schedule noam(int64_t hidden, int64_t warmup);  // hidden^−½ min(n^−½, n warmup^−1½), n = step + 1; base rate 1
Schedule slanted_triangular(int64_t total, double cut = 0.1, double ratio = 32);  // ULMFiT: a short rise, a long fall

// Lowers the rate when a measure has stopped getting better: call it with the measure after each evaluation.
struct PlateauOptions {
  double factor = 0.1;
  int patience = 10;        // how many evaluations without an improvement are borne
  double threshold = 1e-4;  // what counts as one, relative to the best
  int cooldown = 0;         // evaluations after a reduction that do not count
  double least = 0;         // the factor does not fall below
  bool larger_is_better = false;
};

class ReduceOnPlateau {
 public:
  explicit ReduceOnPlateau(const PlateauOptions& options = {});
  double operator()(double measure);  // the factor from here on
  double factor() const { return factor_; }

 private:
  bool better(double measure) const;

  PlateauOptions options_;
  double factor_ = 1;
  double best_;
  int bad_ = 0;
  int cooling_ = 0;
};

// The schedule drawn as text, so that a reader sees it.
std::string plot(const Schedule& schedule, int64_t steps, int columns = 60, int rows = 10);

}  // namespace bertlet::optim
