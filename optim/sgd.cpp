#include "optim/sgd.h"

#include <cmath>

#include "core/require.h"
#include "optim/kernels/update.h"

namespace bertlet::optim {

Sgd::Sgd(const Parameters& parameters, SgdOptions options)
    : options_(std::move(options)), slots_(parameters, options_.weight_decay, options_.groups) {
  require(!options_.nesterov || options_.momentum > 0, "Sgd: Nesterov's look ahead needs a momentum, got {}",
          options_.momentum);
  if (options_.momentum > 0) velocity_ = Array::filled({slots_.size()}, 0, "Sgd");
}

double Sgd::step(const Step& step) {
  const double norm = slots_.gradient_norm(step.items);
  if (!std::isfinite(norm)) return norm;
  const double g_factor = Slots::gradient_factor(step, norm);
  slots_.count_step();
  slots_.for_blocks([&](const Slots::Piece& piece) {
    const SgdUpdate update{.g_factor = static_cast<real>(g_factor),
                           .lr = static_cast<real>(options_.lr * step.factor * piece.slot.settings.lr_scale),
                           .momentum = static_cast<real>(options_.momentum),
                           .l2 = static_cast<real>(piece.slot.settings.weight_decay),
                           .nesterov = options_.nesterov,
                           .first = piece.slot.steps == 1};
    updates().sgd(update, piece.value, piece.grad, velocity_ ? velocity_.data() + piece.at : nullptr, piece.size);
  });
  return norm;
}

State Sgd::state() const {
  State state;
  slots_.save_steps(state);
  if (velocity_) slots_.save(state, "momentum_buffer", velocity_);
  return state;
}

void Sgd::load(const State& state) {
  slots_.load_steps(state);
  if (velocity_) slots_.load(state, "momentum_buffer", velocity_);
}

}  // namespace bertlet::optim
