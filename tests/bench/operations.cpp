#include <fmt/core.h>

#include "core/check/case.h"
#include "core/parallel.h"
#include "core/random.h"
#include "nn/check/cases.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

struct Times {
  double forward, backward;
};

Times time_once(const Case& c, const std::vector<Tensor>& x, const Array& dy) {
  Tensor y;
  const double forward = seconds([&] { y = c.f(x); });
  Array seed = dy.clone();
  const double back = seconds([&] { backward(y, std::move(seed)); });
  for (Tensor tensor : x) tensor.reset_grad();
  return {forward, back};
}

void measure(const Case& c, int repetitions) {
  std::vector<Tensor> x;
  for (const Array& input : c.draw(c.large)) x.push_back(Tensor::parameter(input));
  const Array dy = normal({.seed = 5}, c.f(x).shape());
  time_once(c, x, dy);
  std::vector<double> forward, back;
  for (int i = 0; i < repetitions; ++i) {
    const Times times = time_once(c, x, dy);
    forward.push_back(times.forward);
    back.push_back(times.backward);
  }
  fmt::print("{:20} {:>32} {:12.1f} {:12.1f}\n", c.operation, fmt::format("{}", fmt::join(c.large, " ")),
             median(forward) * 1e6, median(back) * 1e6);
}

}  // namespace

// Every case that has large inputs: microseconds forward and backward.
void bench_operations(int repetitions) {
  fmt::print("{:20} {:>32} {:>12} {:>12}   {} threads\n", "operation", "inputs", "forward µs", "backward µs",
             threads());
  for (const std::vector<Case>& cases : {core_cases(), nn_cases()})
    for (const Case& c : cases)
      if (!c.large.empty()) measure(c, repetitions);
}
