#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/array.h"
#include "core/kernels/arithmetic.h"
#include "core/kernels/functions.h"
#include "core/kernels/rows.h"
#include "core/parallel.h"
#include "core/random.h"
#include "nn/norm/layer_norm_kernels.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

constexpr int64_t rows = 1 << 16, cols = 768, size = rows * cols;  // 192 MiB an array: beyond any cache

struct Arrays {
  Array a = normal({.seed = 1}, {rows, cols}), b = normal({.seed = 2}, {rows, cols}), y{{rows, cols}};
  Array weight = normal({.seed = 3}, {cols}), bias = normal({.seed = 4}, {cols});
  Array sums{{rows}}, statistics{{rows, layer_norm_statistics}}, partial{{rows / 64, 2 * cols}};
};

struct Candidate {
  const char* name;
  double arrays;                                         // how many whole arrays it reads and writes
  void (*block)(Arrays& x, int64_t begin, int64_t end);  // elements
};

const real* at(const Array& a, int64_t i) { return a.data() + i; }

const Candidate candidates[] = {
    {"copy, plain loop", 2,
     [](Arrays& x, int64_t i, int64_t end) { arithmetic().axpby(1, at(x.a, i), 0, x.y.data() + i, end - i); }},
    {"copy, memcpy", 2, [](Arrays& x, int64_t i, int64_t end) { std::copy(at(x.a, i), at(x.a, end), x.y.data() + i); }},
    {"add", 3,
     [](Arrays& x, int64_t i, int64_t end) {
       arithmetic().add(at(x.a, i), 1, at(x.b, i), 1, x.y.data() + i, end - i);
     }},
    {"axpby", 3,
     [](Arrays& x, int64_t i, int64_t end) { arithmetic().axpby(real(0.5), at(x.a, i), 1, x.y.data() + i, end - i); }},
    {"gelu", 2, [](Arrays& x, int64_t i, int64_t end) { functions().gelu.value(at(x.a, i), x.y.data() + i, end - i); }},
    {"gelu backward", 3,
     [](Arrays& x, int64_t i, int64_t end) {
       functions().gelu.grad(at(x.a, i), at(x.b, i), 0, x.y.data() + i, end - i);
     }},
    {"softmax", 2,
     [](Arrays& x, int64_t i, int64_t end) {
       row_kernels().softmax(at(x.a, i), x.y.data() + i, (end - i) / cols, cols);
     }},
    {"softmax backward", 3,
     [](Arrays& x, int64_t i, int64_t end) {
       row_kernels().softmax_grad(at(x.a, i), at(x.b, i), 0, x.y.data() + i, (end - i) / cols, cols);
     }},
    {"sum of rows", 1,
     [](Arrays& x, int64_t i, int64_t end) {
       row_kernels().sum(at(x.a, i), x.sums.data() + i / cols, (end - i) / cols, cols);
     }},
    {"sum of columns", 1,
     [](Arrays& x, int64_t i, int64_t end) {
       row_kernels().sum_columns(at(x.a, i), x.partial.data() + i / 64 * 2, (end - i) / cols, cols);
     }},
    {"layer norm", 2,
     [](Arrays& x, int64_t i, int64_t end) {
       layer_norm_kernels().value(at(x.a, i), at(x.weight, 0), at(x.bias, 0), real(1e-12), x.y.data() + i,
                                  x.statistics.data() + i / cols * layer_norm_statistics, (end - i) / cols, cols);
     }},
    {"layer norm backward", 3,
     [](Arrays& x, int64_t i, int64_t end) {
       real* sums = x.partial.data() + i / 64 * 2;
       layer_norm_kernels().grad(at(x.a, i), at(x.b, i), at(x.statistics, i / cols * layer_norm_statistics),
                                 at(x.weight, 0), x.y.data() + i, sums, sums + cols, (end - i) / cols, cols);
     }},
};

double gigabytes_per_second(const Candidate& c, Arrays& x) {
  const double time =
      seconds([&] { parallel_for(size, 64 * cols, [&](int64_t begin, int64_t end) { c.block(x, begin, end); }); });
  return c.arrays * static_cast<double>(size * static_cast<int64_t>(sizeof(real))) / time * 1e-9;
}

// Rounds in which every candidate has its turn. Memory is faster in one second than in the next, so what a candidate
// reaches of a copy's speed is found in each round by itself.
void table(int repetitions, Arrays& x) {
  std::vector<std::vector<double>> rates(std::size(candidates));
  for (int i = 0; i < repetitions; ++i)
    for (std::size_t k = 0; k < rates.size(); ++k) rates[k].push_back(gigabytes_per_second(candidates[k], x));
  const auto share = [&](std::size_t k, std::size_t copy) {
    std::vector<double> shares;
    std::ranges::transform(rates[k], rates[copy], std::back_inserter(shares), std::divides());
    return median(shares);
  };
  fmt::print("{} threads, {} × {}\n{:20} {:>8} {:>12} {:>12}\n", threads(), rows, cols, "", "GB/s", "of the loop",
             "of memcpy");
  for (std::size_t k = 0; k < rates.size(); ++k)
    fmt::print("{:20} {:8.1f} {:12.2f} {:12.2f}\n", candidates[k].name, median(rates[k]), share(k, 0), share(k, 1));
}

}  // namespace

// Kernels beyond the cache beside a plain copy of as many bytes on as many threads.
void bench_kernels(int repetitions) {
  Arrays x;
  set_threads(1);
  table(repetitions, x);
  set_threads(0);
  table(repetitions, x);
}
