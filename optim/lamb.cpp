#include "optim/lamb.h"

#include <cmath>

#include "core/kernels/arithmetic.h"

namespace bertlet::optim {

Lamb::Lamb(const Parameters& parameters, LambOptions options)
    : options_(std::move(options)),
      sweep_(parameters, options_.weight_decay, options_.groups),
      first_(Array::filled({sweep_.size()}, 0, "Lamb")),
      second_(Array::filled({sweep_.size()}, 0, "Lamb")),
      direction_({sweep_.size()}, "Lamb") {}

LambUpdate Lamb::update_for(const Sweep::Slot& slot, double g_factor) const {
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

double Lamb::trust(const Sweep::Slot& slot) const {
  const double size = updates().sum_squares(slot.tensor.value().data(), slot.size());
  const double length = updates().sum_squares(direction_.data() + slot.begin, slot.size());
  return size > 0 && length > 0 ? std::sqrt(size / length) : 1;
}

double Lamb::step(const Step& step) {
  const double norm = sweep_.gradient_norm(step.items);
  if (!std::isfinite(norm)) return norm;
  const double g_factor = Sweep::gradient_factor(step, norm);
  sweep_.count_step();
  sweep_.for_blocks([&](const Sweep::Slot& slot, int64_t begin, int64_t end) {
    const int64_t at = slot.begin + begin;
    updates().lamb(update_for(slot, g_factor), slot.tensor.value().data() + begin, slot.tensor.grad().data() + begin,
                   first_.data() + at, second_.data() + at, direction_.data() + at, end - begin);
  });
  for (const Sweep::Slot& slot : sweep_.slots()) {
    if (!slot.tensor.grad()) continue;
    const double lr = options_.lr * step.factor * slot.settings.lr_scale * trust(slot);
    arithmetic().axpby(static_cast<real>(-lr), direction_.data() + slot.begin, 1, slot.tensor.node()->value.data(),
                       slot.size());
  }
  return norm;
}

State Lamb::state() const {
  State state;
  sweep_.save_steps(state);
  sweep_.save(state, "exp_avg", first_);
  sweep_.save(state, "exp_avg_sq", second_);
  return state;
}

void Lamb::load(const State& state) {
  sweep_.load_steps(state);
  sweep_.load(state, "exp_avg", first_);
  sweep_.load(state, "exp_avg_sq", second_);
}

}  // namespace bertlet::optim
