#include "nn/losses/losses.h"

#include <fmt/core.h>

#include <functional>

#include "core/parallel.h"
#include "core/random.h"
#include "nn/sequence/pooling.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

using Inputs = const std::vector<Tensor>&;

struct Loss {
  const char* name;
  std::vector<Shape> shapes;
  std::function<Tensor(Inputs)> f;
};

const Shape rows{1024, 768};

std::vector<int64_t> labels(int64_t n, int64_t classes) { return integers({.seed = 2}, n, classes); }

std::vector<Loss> losses() {
  const Spans spans(std::vector<int64_t>(8, 128));
  const Array targets = uniform({.seed = 3}, rows);
  const auto pooled = [spans](Pooling pooling) { return [=](Inputs x) { return pool(x[0], spans, pooling); }; };
  return {
      {"cross_entropy", {{154, 30522}}, [l = labels(154, 30522)](Inputs x) { return cross_entropy(x[0], l); }},
      {"cross_entropy_smooth",
       {{154, 30522}},
       [l = labels(154, 30522)](Inputs x) { return cross_entropy(x[0], l, {.smoothing = real(0.1)}); }},
      {"cross_entropy_2_rows", {{2, 30522}}, [l = labels(2, 30522)](Inputs x) { return cross_entropy(x[0], l); }},
      {"cross_entropy_9_tags", {{4096, 9}}, [l = labels(4096, 9)](Inputs x) { return cross_entropy(x[0], l); }},
      {"bce_with_logits", {rows}, [targets](Inputs x) { return bce_with_logits(x[0], targets); }},
      {"mse", {rows, rows}, [](Inputs x) { return mse(x[0], x[1]); }},
      {"cosine_similarity", {rows, rows}, [](Inputs x) { return cosine_similarity(x[0], x[1]); }},
      {"pool_mean", {rows}, pooled(Pooling::mean)},
      {"pool_max", {rows}, pooled(Pooling::max)},
      {"attention_pool", {rows, {1024}}, [spans](Inputs x) { return attention_pool(x[0], x[1], spans); }},
  };
}

void measure(const Loss& loss, int repetitions) {
  std::vector<Tensor> x;
  for (const Shape& shape : loss.shapes) x.push_back(Tensor::parameter(normal({.seed = 1}, shape)));
  const Array dy = normal({.seed = 5}, loss.f(x).shape());
  std::vector<double> times;
  for (int i = 0; i < repetitions + 2; ++i) {
    times.push_back(seconds([&] { backward(loss.f(x), dy.clone()); }));
    for (Tensor& input : x) input.reset_grad();
  }
  times.erase(times.begin(), times.begin() + 2);
  fmt::print("{:22} {:10.1f} {:10.1f}\n", loss.name, median(times) * 1e6, *std::ranges::min_element(times) * 1e6);
}

}  // namespace

// Forward and backward of losses and pooling, in microseconds; peer_losses.py puts PyTorch beside it.
void bench_losses(int repetitions) {
  fmt::print("{:22} {:>10} {:>10}   {} threads\n", "loss", "median µs", "min µs", threads());
  for (const Loss& loss : losses()) measure(loss, repetitions);
}
