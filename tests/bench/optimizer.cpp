#include <fmt/core.h>

#include "core/ops.h"
#include "core/parallel.h"
#include "core/random.h"
#include "optim/adam.h"
#include "tests/bench/base.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

// One step of AdamW over the parameters of BERT base, clipping by the norm of all gradients included, in milliseconds;
// peer_optimizer.py puts PyTorch beside it.
void bench_optimizer(int repetitions) {
  using namespace bertlet;
  Parameters parameters = base_parameters();
  parameters.flatten();
  for (const Parameter& p : parameters.list()) backward(p.tensor * real(1), normal({.seed = 1}, p.tensor.shape()));
  optim::AdamW optimizer(parameters, {.lr = 1e-4});
  std::vector<double> times;
  for (int i = 0; i < repetitions + 2; ++i) times.push_back(seconds([&] { optimizer.step({.clip = 1}); }));
  times.erase(times.begin(), times.begin() + 2);
  fmt::print("{:20} {:>10} {:>10}   {} threads, {} parameters\n", "step", "median ms", "min ms", threads(),
             parameters.count());
  fmt::print("{:20} {:10.1f} {:10.1f}\n", "adamw_clip", median(times) * 1e3, *std::ranges::min_element(times) * 1e3);
}
