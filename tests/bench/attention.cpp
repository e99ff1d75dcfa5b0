#include "nn/attention/attention.h"

#include <fmt/core.h>

#include "core/parallel.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

struct Setting {
  const char* name;
  int64_t length;
  real dropout;
};

constexpr Setting settings[] = {
    {"T=128_dropout", 128, real(0.1)}, {"T=128", 128, 0}, {"T=512_dropout", 512, real(0.1)}, {"T=512", 512, 0}};
constexpr int64_t sequences = 8, heads = 12, size = 64;

void measure(const Setting& setting, int repetitions) {
  const Spans spans(std::vector<int64_t>(sequences, setting.length));
  const Shape shape{spans.rows(), heads * size};
  std::vector<Tensor> x;
  for (std::uint32_t i = 0; i < 3; ++i) x.push_back(Tensor::parameter(normal({.seed = 1, .site = i}, shape)));
  const Array dy = normal({.seed = 2}, shape);
  const AttentionOptions options{.heads = heads, .dropout = setting.dropout, .rng = {.seed = 3}};
  std::vector<double> times;
  for (int i = 0; i < repetitions + 2; ++i) {
    Array seed = dy.clone();
    times.push_back(seconds([&] { backward(attention(x[0], x[1], x[2], spans, options), std::move(seed)); }));
    for (Tensor& input : x) input.reset_grad();
  }
  times.erase(times.begin(), times.begin() + 2);
  fmt::print("{:20} {:10.2f} {:10.2f}\n", setting.name, median(times) * 1e3, *std::ranges::min_element(times) * 1e3);
}

}  // namespace

// Forward and backward of attention for 8 sequences, 12 heads of 64; peer_attention.py puts PyTorch beside it.
void bench_attention(int repetitions) {
  fmt::print("{:20} {:>10} {:>10}   {} threads\n", "attention", "median ms", "min ms", threads());
  for (const Setting& setting : settings) measure(setting, repetitions);
}
