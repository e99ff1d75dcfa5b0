#include <fmt/core.h>

#include <functional>

#include "core/ops.h"
#include "core/parallel.h"
#include "core/random.h"
#include "nn/dense/embedding.h"
#include "nn/dense/linear.h"
#include "nn/norm/dropout.h"
#include "nn/norm/layer_norm.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

using Inputs = const std::vector<Tensor>&;

struct Layer {
  const char* name;
  std::vector<Shape> shapes;
  std::function<Tensor(Inputs)> f;
};

const Rng rng{.seed = 1};

std::vector<int64_t> token_ids() { return integers(rng, 1024, 30522); }

std::vector<Layer> layers() {
  const Shape rows{1024, 768}, wide{1024, 3072}, columns{768};
  const std::vector<Shape> expand{rows, {3072, 768}, {3072}};
  return {
      {"linear", expand, [](Inputs x) { return linear(x[0], x[1], x[2]); }},
      {"linear_gelu", expand, [](Inputs x) { return linear(x[0], x[1], x[2], Activation::gelu); }},
      {"gelu", {wide}, [](Inputs x) { return gelu(x[0]); }},
      {"gelu_tanh", {wide}, [](Inputs x) { return gelu_tanh(x[0]); }},
      {"layer_norm", {rows, columns, columns}, [](Inputs x) { return layer_norm(x[0], x[1], x[2]); }},
      {"dropout", {rows}, [](Inputs x) { return dropout(x[0], real(0.1), rng); }},
      {"dropout_add_norm",
       {rows, rows, columns, columns},
       [](Inputs x) { return dropout_add_norm(x[0], x[1], x[2], x[3], real(1e-12), real(0.1), rng); }},
      {"embedding", {{30522, 768}}, [ids = token_ids()](Inputs x) { return embedding(x[0], ids); }},
  };
}

void measure(const Layer& layer, int repetitions) {
  std::vector<Tensor> x;
  for (const Shape& shape : layer.shapes) x.push_back(Tensor::parameter(normal(rng, shape)));
  const Array dy = normal({.seed = 5}, layer.f(x).shape());
  std::vector<double> times;
  for (int i = 0; i < repetitions + 2; ++i) {
    Array seed = dy.clone();
    times.push_back(seconds([&] { backward(layer.f(x), std::move(seed)); }));
    for (Tensor& input : x) input.reset_grad();
  }
  times.erase(times.begin(), times.begin() + 2);
  fmt::print("{:20} {:10.1f} {:10.1f}\n", layer.name, median(times) * 1e6, *std::ranges::min_element(times) * 1e6);
}

}  // namespace

// Forward and backward of the dense layers, in microseconds; peer_dense.py puts PyTorch beside it.
void bench_dense(int repetitions) {
  fmt::print("{:20} {:>10} {:>10}   {} threads\n", "layer", "median µs", "min µs", threads());
  for (const Layer& layer : layers()) measure(layer, repetitions);
}
