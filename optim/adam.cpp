#include "optim/adam.h"

#include <cmath>

#include "optim/kernels/update.h"

namespace bertlet::optim {

namespace {

// The step's constants for a parameter that has had `steps` updates, this one included.
AdamUpdate update_for(const AdamOptions& options, const Slots::Slot& slot, const Step& step, double g_factor) {
  const auto t = static_cast<double>(slot.steps);
  const double correct1 = options.bias_correction ? 1 - std::pow(options.beta1, t) : 1;
  const double correct2 = options.bias_correction ? 1 - std::pow(options.beta2, t) : 1;
  const double lr = options.lr * step.factor * slot.settings.lr_scale, decay = slot.settings.weight_decay;
  const bool decoupled = options.decay == Decay::decoupled;
  AdamUpdate update{.g_factor = static_cast<real>(g_factor),
                    .first = Average(options.beta1),
                    .second = Average(options.beta2),
                    .step = static_cast<real>(lr / correct1 * std::sqrt(correct2)),
                    .root = 1,
                    .epsilon = static_cast<real>(options.epsilon),
                    .inner_epsilon = 0,
                    .keep = static_cast<real>(decoupled ? 1 - lr * decay : 1),
                    .l2 = static_cast<real>(decoupled ? 0 : decay)};
  if (options.epsilon_is == Epsilon::after_correction) {
    update.step = static_cast<real>(lr / correct1);
    update.root = static_cast<real>(1 / std::sqrt(correct2));
  } else if (options.epsilon_is == Epsilon::inside_root) {
    update.inner_epsilon = static_cast<real>(options.epsilon * correct2);
    update.epsilon = 0;
  }
  return update;
}

}  // namespace

Adam::Adam(const Parameters& parameters, AdamOptions options)
    : options_(std::move(options)),
      slots_(parameters, options_.weight_decay, options_.groups),
      first_(Array::filled({slots_.size()}, 0, "Adam")),
      second_(Array::filled({slots_.size()}, 0, "Adam")) {}

double Adam::step(const Step& step) {
  const double norm = slots_.gradient_norm(step.items);
  if (!std::isfinite(norm)) return norm;
  const double g_factor = Slots::gradient_factor(step, norm);
  slots_.count_step();
  slots_.for_blocks([&](const Slots::Piece& piece) {
    updates().adam(update_for(options_, piece.slot, step, g_factor), piece.value, piece.grad, first_.data() + piece.at,
                   second_.data() + piece.at, piece.size);
  });
  return norm;
}

State Adam::state() const {
  State state;
  slots_.save_steps(state);
  slots_.save(state, "exp_avg", first_);
  slots_.save(state, "exp_avg_sq", second_);
  return state;
}

void Adam::load(const State& state) {
  slots_.load_steps(state);
  slots_.load(state, "exp_avg", first_);
  slots_.load(state, "exp_avg_sq", second_);
}

AdamW::AdamW(const Parameters& parameters, const AdamWOptions& o)
    : Adam(parameters, {.lr = o.lr,
                        .beta1 = o.beta1,
                        .beta2 = o.beta2,
                        .epsilon = o.epsilon,
                        .weight_decay = o.weight_decay,
                        .decay = Decay::decoupled,
                        .bias_correction = o.bias_correction,
                        .epsilon_is = o.epsilon_is,
                        .groups = o.groups}) {}

AdamWOptions google_pretraining() { return {.lr = 1e-4, .epsilon = 1e-6, .bias_correction = false}; }

}  // namespace bertlet::optim
