// Why AdamW is not Adam with L2: two weights nobody needs, one with loud gradients and one with quiet ones.
#include "core/ops/arithmetic.h"
#include "core/ops/reduce.h"
#include "core/random.h"
#include "optim/adam.h"

using namespace bertlet;

template <class Optimizer, class Options>
void shrink(const char* name, const Options& options) {
  const Tensor weights = Tensor::parameter(Array::of({2}, {1, 1}));
  Parameters parameters({{"weights", weights}});
  Optimizer optimizer(parameters, options);
  for (std::uint64_t step = 1; step <= 2000; ++step) {
    const Array noise = normal({.seed = 1, .step = step}, {2});
    backward(sum(weights * Tensor(Array::of({2}, {10 * noise[0], real(0.1) * noise[1]}))));
    optimizer.step();
    parameters.reset_grad();
  }
  fmt::print("{:14} loud {:5.2f}   quiet {:5.2f}\n", name, weights.value()[0], weights.value()[1]);
}

int main() {
  fmt::print("two weights of 1 after 2000 steps of noise, decay 0.1\n");
  shrink<optim::Adam>("Adam with L2", optim::AdamOptions{.lr = 0.01, .weight_decay = 0.1});
  shrink<optim::AdamW>("AdamW", optim::AdamWOptions{.lr = 0.01, .weight_decay = 0.1, .groups = {}});
}
