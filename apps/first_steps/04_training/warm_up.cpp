// Why warm-up: how far Adam moves when the gradient is nothing but noise, in units of the learning rate.
#include <cmath>

#include "core/ops.h"
#include "core/random.h"
#include "optim/adam.h"
#include "optim/schedule.h"

using namespace bertlet;

int main() {
  const Tensor weights = Tensor::parameter(Array::filled({10000}, 0));
  Parameters parameters({{"weights", weights}});
  optim::Adam optimizer(parameters, {.lr = 1});
  for (std::uint64_t step = 1; step <= 1000; ++step) {
    const Array before = weights.value().clone();
    backward(sum(weights * Tensor(normal({.seed = 1, .step = step}, {10000}))));
    optimizer.step();
    parameters.reset_grad();
    double square = 0;
    for (int64_t i = 0; i < 10000; ++i)
      square += std::pow(static_cast<double>(weights.value()[i] - before[i]), 2) / 10000;
    if (step == 1 || step == 2 || step == 5 || step == 10 || step == 100 || step == 1000)
      fmt::print("step {:4}  moved {:.2f}\n", step, std::sqrt(square));
  }
  fmt::print("\nlinear({{.warmup = 20, .total = 200}})\n{}",
             optim::plot(optim::linear({.warmup = 20, .total = 200}), 201, 50, 5));
}
