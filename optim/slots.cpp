#include "optim/slots.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/require.h"
#include "optim/kernels/update.h"

namespace bertlet::optim {

namespace {

constexpr int64_t block_size = 1 << 15;

const Array& state_of(const State& state, const std::string& key, const Shape& shape) {
  const auto found = state.find(key);
  require(found != state.end(), "optimizer state: {} is missing", key);
  require(found->second.shape() == shape, "optimizer state: {} is {}, want {}", key, found->second.shape(), shape);
  return found->second;
}

}  // namespace

Slots::Slots(const Parameters& parameters, double weight_decay, const std::vector<Group>& groups) {
  constexpr int64_t line = 64 / sizeof(real);
  for (const Parameter& parameter : parameters.list()) {
    slots_.push_back({parameter.name, parameter.tensor, settings_for(parameter.name, weight_decay, groups), size_, 0});
    const int64_t size = parameter.tensor.value().size();
    for (int64_t begin = 0; begin < size; begin += block_size)
      blocks_.push_back({slots_.size() - 1, begin, std::min(size, begin + block_size)});
    size_ += (size + line - 1) / line * line;
  }
}

double Slots::gradient_norm(double items) const {
  std::vector<double> squares(blocks_.size());
  parallel_for(std::ssize(blocks_), 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const Block& block = blocks_[to_size(i)];
      const Array grad = slots_[block.slot].tensor.grad();
      if (grad) squares[to_size(i)] = updates().sum_squares(grad.data() + block.begin, block.end - block.begin);
    }
  });
  double sum = 0;
  for (const double square : squares) sum += square;
  return std::sqrt(sum) / items;
}

// As PyTorch's clip_grad_norm_ has it.
double Slots::gradient_factor(const Step& step, double norm) {
  const double clip = step.clip > 0 ? std::min(1.0, step.clip / (norm + 1e-6)) : 1;
  return clip / step.items;
}

void Slots::count_step() {
  for (Slot& slot : slots_)
    if (slot.tensor.grad()) ++slot.steps;
}

void Slots::for_blocks(const std::function<void(const Piece&)>& f) {
  std::vector<Array> values;
  for (Slot& slot : slots_) values.push_back(slot.tensor.edit());
  parallel_for(std::ssize(blocks_), 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const auto [index, begin, end] = blocks_[to_size(i)];
      const Slot& slot = slots_[index];
      if (const Array grad = slot.tensor.grad())
        f({slot, slot.begin + begin, values[index].data() + begin, grad.data() + begin, end - begin});
    }
  });
}

void Slots::for_parameters(const std::function<void(const Piece&)>& f) {
  for (Slot& slot : slots_)
    if (const Array grad = slot.tensor.grad())
      f({slot, slot.begin, slot.tensor.edit().data(), grad.data(), slot.size()});
}

void Slots::save(State& state, const std::string& key, const Array& flat) const {
  for (const Slot& slot : slots_)
    state.emplace(key + "." + slot.name, flat.rows(slot.begin, slot.begin + slot.size()).shaped(slot.tensor.shape()));
}

void Slots::load(const State& state, const std::string& key, Array flat) const {
  for (const Slot& slot : slots_) {
    const Array given = state_of(state, key + "." + slot.name, slot.tensor.shape());
    std::copy_n(given.data(), slot.size(), flat.data() + slot.begin);
  }
}

// A count is kept as two numbers, so that float holds it exactly.
void Slots::save_steps(State& state) const {
  for (const Slot& slot : slots_)
    state.emplace("step." + slot.name,
                  Array::of({2}, {static_cast<real>(slot.steps >> 20), static_cast<real>(slot.steps & 0xfffff)}));
}

void Slots::load_steps(const State& state) {
  for (Slot& slot : slots_) {
    const Array given = state_of(state, "step." + slot.name, {2});
    slot.steps = (static_cast<int64_t>(given[0]) << 20) + static_cast<int64_t>(given[1]);
  }
}

}  // namespace bertlet::optim
