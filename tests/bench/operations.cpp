#include <fmt/core.h>

#include "core/check/case.h"
#include "core/parallel.h"
#include "core/random.h"
#include "nn/cases.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

double forward_once(const Case& c, const std::vector<Tensor>& x) {
  Tensor y;
  return seconds([&] { y = c.f(x); });
}

double backward_once(const Case& c, const std::vector<Tensor>& x, const Array& dy) {
  const Tensor y = c.f(x);
  Array seed = dy.clone();
  const double time = seconds([&] { backward(y, std::move(seed)); });
  for (Tensor tensor : x) tensor.reset_grad();
  return time;
}

// The first time warms up.
double median_of(int repetitions, auto&& once) {
  once();
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) times.push_back(once());
  return median(times);
}

void measure(const Case& c, int repetitions) {
  std::vector<Tensor> x;
  for (const Array& input : c.draw(c.large)) x.push_back(Tensor::parameter(input));
  const Array dy = normal({.seed = 5}, c.f(x).shape());
  const double forward = median_of(repetitions, [&] { return forward_once(c, x); });
  const double back = median_of(repetitions, [&] { return backward_once(c, x, dy); });
  fmt::print("{:20} {:>32} {:12.1f} {:12.1f}\n", c.operation, fmt::format("{}", fmt::join(c.large, " ")), forward * 1e6,
             back * 1e6);
}

// g <- g + x / 2, which is no operation of its own: how a gradient is added to another.
void measure_axpby(int repetitions) {
  const Tensor y = Tensor::parameter(normal({.seed = 6}, {1024, 768}));
  const Array x = normal({.seed = 7}, y.shape());
  const double time = median_of(repetitions, [&] { return seconds([&] { Into(*y.node()).add(real(0.5), x); }); });
  fmt::print("{:20} {:>32} {:12.1f} {:>12}\n", "axpby", fmt::format("{} {}", x.shape(), y.shape()), time * 1e6, "-");
}

}  // namespace

// Every case that has large inputs, and axpby: microseconds forward and backward.
void bench_operations(int repetitions) {
  fmt::print("{:20} {:>32} {:>12} {:>12}   {} threads\n", "operation", "inputs", "forward µs", "backward µs",
             threads());
  for (const std::vector<Case>& cases : {core_cases(), nn_cases()})
    for (const Case& c : cases)
      if (!c.large.empty()) measure(c, repetitions);
  measure_axpby(repetitions);
}
