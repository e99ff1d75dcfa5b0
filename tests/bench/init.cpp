#include "nn/init.h"

#include <fmt/core.h>

#include "core/parallel.h"
#include "tests/bench/base.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

void print(const char* name, const std::vector<double>& times) {
  fmt::print("{:30} {:10.1f} {:10.1f}\n", name, median(times) * 1e3, *std::ranges::min_element(times) * 1e3);
}

void measure(const char* name, Parameters& parameters, const Initialiser& fill, int repetitions) {
  const std::vector<InitRule> rules{
      {"*LayerNorm.weight", constant(1)}, {"*.bias", constant(0)}, {"*LayerNorm.bias", constant(0)}, {"*", fill}};
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) times.push_back(seconds([&] { initialise(parameters, 1, rules); }));
  print(name, times);
}

}  // namespace

// The first values of BERT base, in milliseconds; before them, once each, what it takes to have its parameters at all.
void bench_init(int repetitions) {
  Parameters parameters({});
  const double fresh = seconds([&] { parameters = base_parameters(); });
  const double flat = seconds([&] { parameters.flatten(); });
  fmt::print("{:30} {:>10} {:>10}   {} threads, {} parameters\n", "", "median ms", "min ms", threads(),
             parameters.count());
  print("zeros in fresh memory", {fresh});
  print("flat values and gradients", {flat});
  measure("normal", parameters, normal_init(), repetitions);
  measure("truncated normal", parameters, truncated_normal_init(), repetitions);
}
