#include "optim/sgd.h"

#include <cmath>

#include "core/require.h"
#include "optim/kernels/update.h"

namespace bertlet::optim {

Sgd::Sgd(const Parameters& parameters, SgdOptions options)
    : options_(std::move(options)), sweep_(parameters, options_.weight_decay, options_.groups) {
  require(!options_.nesterov || options_.momentum > 0, "Sgd: Nesterov's look ahead needs a momentum, got {}",
          options_.momentum);
  if (options_.momentum > 0) velocity_ = Array::filled({sweep_.size()}, 0, "Sgd");
}

double Sgd::step(const Step& step) {
  const double norm = sweep_.gradient_norm(step.items);
  if (!std::isfinite(norm)) return norm;
  const double g_factor = Sweep::gradient_factor(step, norm);
  sweep_.count_step();
  sweep_.for_blocks([&](const Sweep::Slot& slot, int64_t begin, int64_t end) {
    const SgdUpdate update{.g_factor = static_cast<real>(g_factor),
                           .lr = static_cast<real>(options_.lr * step.factor * slot.settings.lr_scale),
                           .momentum = static_cast<real>(options_.momentum),
                           .l2 = static_cast<real>(slot.settings.weight_decay),
                           .nesterov = options_.nesterov,
                           .first = slot.steps == 1};
    updates().sgd(update, slot.tensor.node()->value.data() + begin, slot.tensor.grad().data() + begin,
                  velocity_ ? velocity_.data() + slot.begin + begin : nullptr, end - begin);
  });
  return norm;
}

State Sgd::state() const {
  State state;
  sweep_.save_steps(state);
  if (velocity_) sweep_.save(state, "momentum_buffer", velocity_);
  return state;
}

void Sgd::load(const State& state) {
  sweep_.load_steps(state);
  if (velocity_) sweep_.load(state, "momentum_buffer", velocity_);
}

}  // namespace bertlet::optim
