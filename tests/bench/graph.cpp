#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/memory.h"
#include "core/ops.h"
#include "tests/bench/bench.h"

namespace {

using namespace bertlet;

struct Chain {
  const char* name;
  Tensor (*link)(const Tensor& x, const Tensor& w);
};

constexpr int nodes = 1'000'000;

double nanoseconds_per_node(const Chain& chain) {
  const Tensor x = Tensor::parameter(Array::number(1)), w = Tensor::parameter(Array::number(real(0.999999)));
  const auto start = std::chrono::steady_clock::now();
  Tensor y = x;
  for (int i = 0; i < nodes; ++i) y = chain.link(y, w);
  backward(y);
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / nodes;
}

void measure(const char* title, int repetitions) {
  const Chain chains[] = {{"mul by a parameter", mul},
                          {"add a parameter", add},
                          {"tanh", [](const Tensor& x, const Tensor&) { return tanh(x); }}};
  fmt::print("{:25} {:>14} {:>14} {:>18}\n", title, "first ns/node", "median ns/node", "fresh after first");
  for (const Chain& chain : chains) {
    const double first = nanoseconds_per_node(chain);
    const MemoryMark mark;
    std::vector<double> times;
    for (int i = 0; i < repetitions; ++i) times.push_back(nanoseconds_per_node(chain));
    std::ranges::nth_element(times, times.begin() + repetitions / 2);
    fmt::print("{:25} {:14.0f} {:14.0f} {:18}\n", chain.name, first, times[to_size(repetitions) / 2], mark.fresh());
  }
}

}  // namespace

// A chain of a million scalar operations, forward and backward: what a node costs beside its arithmetic.
void bench_graph(int repetitions) { measure("chain of 1 000 000", repetitions); }
