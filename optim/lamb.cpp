#include "optim/lamb.h"

#include <cmath>

#include "core/kernels/arithmetic.h"

namespace bertlet::optim {

Lamb::Lamb(const Parameters& parameters, LambOptions options)
    : options_(std::move(options)),
      slots_(parameters, options_.weight_decay, options_.groups),
      first_(Array::filled({slots_.size()}, 0, "Lamb")),
      second_(Array::filled({slots_.size()}, 0, "Lamb")),
      direction_({slots_.size()}, "Lamb") {}

LambUpdate Lamb::update_for(const Slots::Slot& slot, double g_factor) const {
  const auto t = static_cast<double>(slot.steps);
  const auto correction = [&](double beta) { return options_.bias_correction ? 1 / (1 - std::pow(beta, t)) : 1; };
  return {.g_factor = static_cast<real>(g_factor),
          .first = Average(options_.beta1),
          .second = Average(options_.beta2),
          .correct1 = static_cast<real>(correction(options_.beta1)),
          .correct2 = static_cast<real>(correction(options_.beta2)),
          .epsilon = static_cast<real>(options_.epsilon),
          .decay = static_cast<real>(slot.settings.weight_decay)};
}

double Lamb::trust(const Slots::Piece& all) const {
  const double size = updates().sum_squares(all.value, all.size);
  const double length = updates().sum_squares(direction_.data() + all.at, all.size);
  return size > 0 && length > 0 ? std::sqrt(size / length) : 1;
}

double Lamb::step(const Step& step) {
  const double norm = slots_.gradient_norm(step.items);
  if (!std::isfinite(norm)) return norm;
  const double g_factor = Slots::gradient_factor(step, norm);
  slots_.count_step();
  slots_.for_blocks([&](const Slots::Piece& piece) {
    updates().lamb(update_for(piece.slot, g_factor), piece.value, piece.grad, first_.data() + piece.at,
                   second_.data() + piece.at, direction_.data() + piece.at, piece.size);
  });
  slots_.for_parameters([&](const Slots::Piece& all) {
    const double lr = options_.lr * step.factor * all.slot.settings.lr_scale * trust(all);
    arithmetic().axpby(static_cast<real>(-lr), direction_.data() + all.at, 1, all.value, all.size);
  });
  return norm;
}

State Lamb::state() const {
  State state;
  slots_.save_steps(state);
  slots_.save(state, "exp_avg", first_);
  slots_.save(state, "exp_avg_sq", second_);
  return state;
}

void Lamb::load(const State& state) {
  slots_.load_steps(state);
  slots_.load(state, "exp_avg", first_);
  slots_.load(state, "exp_avg_sq", second_);
}

}  // namespace bertlet::optim
