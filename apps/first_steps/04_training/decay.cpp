// Why AdamW is not Adam with L2: weights nobody needs, a thousand with loud gradients and a thousand with quiet ones.
#include "core/ops.h"
#include "core/random.h"
#include "optim/adam.h"

using namespace bertlet;

template <class Optimizer, class Options>
void shrink(const char* name, const Options& options) {
  const Tensor weights = Tensor::parameter(Array::filled({2, 1000}, 1));
  const Tensor loudness = Array::of({2, 1}, {10, 1});
  Parameters parameters({{"weights", weights}});
  Optimizer optimizer(parameters, options);
  for (std::uint64_t step = 1; step <= 2000; ++step) {
    backward(sum(weights * loudness * Tensor(normal({.seed = 1, .step = step}, {2, 1000}))));
    optimizer.step();
    parameters.reset_grad();
  }
  const Array average = mean(weights.detached(), 1).value();
  fmt::print("{:14} loud {:.2f}  quiet {:.2f}\n", name, average[0], average[1]);
}

int main() {
  fmt::print("weights of 1 after 2000 steps of noise, decay 0.1\n");
  shrink<optim::Adam>("Adam with L2", optim::AdamOptions{.lr = 0.01, .weight_decay = 0.1});
  shrink<optim::AdamW>("AdamW", optim::AdamWOptions{.lr = 0.01, .weight_decay = 0.1, .groups = {}});
}
