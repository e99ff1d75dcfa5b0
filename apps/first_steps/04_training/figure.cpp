// How far Adam moves when gradients are noise, without warm-up and with it.
#include <cmath>

#include "apps/first_steps/drawing.h"
#include "core/ops.h"
#include "core/random.h"
#include "optim/adam.h"
#include "optim/schedule.h"

using namespace bertlet;

view::Line moves(const char* name, std::size_t run, const optim::Schedule& schedule) {
  const Tensor weights = Tensor::parameter(Array::filled({4000}, 0));
  Parameters parameters({{"weights", weights}});
  optim::Adam optimizer(parameters, {.lr = 1});
  view::Line line{.name = name, .points = {}, .run = run};
  for (std::uint64_t step = 1; step <= 60; ++step) {
    const Array before = weights.value().clone();
    backward(sum(weights * Tensor(normal({.seed = 1, .step = step}, {4000}))));
    optimizer.step({.factor = schedule(static_cast<int64_t>(step) - 1)});
    parameters.reset_grad();
    double square = 0;
    for (int64_t i = 0; i < 4000; ++i) square += std::pow(static_cast<double>(weights.value()[i] - before[i]), 2);
    line.points.push_back({static_cast<double>(step), std::round(1000 * std::sqrt(square / 4000)) / 1000});
  }
  return line;
}

int main() {
  view::LineChart chart{.title = "How far Adam moves on noise, in units of the rate"};
  chart.lines = {moves("full rate from the start", 1, optim::constant()),
                 moves("20 steps of warm-up", 0, optim::constant_with_warmup(20))};
  fmt::print("{}", book::svg_file(chart));
}
