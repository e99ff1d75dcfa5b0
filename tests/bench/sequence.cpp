#include <fmt/core.h>

#include <functional>

#include "core/parallel.h"
#include "core/random.h"
#include "nn/parameters.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/conv1d.h"
#include "nn/sequence/crf.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

struct Layer {
  const char* name;
  Spans spans;
  int64_t columns;
  Parameters parameters;
  std::function<Tensor(const Tensor& x, const Spans& spans)> f;
};

const Spans full(std::vector<int64_t>(8, 128));
const Spans uneven{128, 100, 90, 70, 64, 40, 30, 10};

template <class Module>
Parameters drawn(Module& module) {
  Parameters parameters = parameters_of(module);
  for (const Parameter& p : parameters.list()) {
    Array values = Tensor(p.tensor).edit();
    uniform({.seed = 4}, real(-0.05), real(0.05), values.data(), values.size());
  }
  return parameters;
}

template <class Module, class Run>
Layer layer(const char* name, const Spans& spans, int64_t columns, Module module, Run run) {
  const Parameters parameters = drawn(module);
  return {name, spans, columns, parameters,
          [module, run](const Tensor& x, const Spans& s) { return run(module, x, s); }};
}

std::vector<Layer> layers() {
  const auto output = [](const auto& m, const Tensor& x, const Spans& s) { return m(x, s).output; };
  const auto plain = [](const auto& m, const Tensor& x, const Spans& s) { return m(x, s); };
  const auto likelihood = [tags = integers({.seed = 2}, 1024, 9)](const CRF& m, const Tensor& x, const Spans& s) {
    return m.log_likelihood(x, tags, s);
  };
  return {
      layer("bilstm", full, 768, LSTM(768, 384, Directions::two), output),
      layer("bilstm_uneven", uneven, 768, LSTM(768, 384, Directions::two), output),
      layer("lstm", full, 768, LSTM(768, 768), output),
      layer("bigru", full, 768, GRU(768, 384, Directions::two), output),
      layer("conv1d", full, 768, Conv1d(768, 128, 3), plain),
      layer("crf", full, 9, CRF(9), likelihood),
  };
}

void measure(const Layer& layer, int repetitions) {
  Tensor x = Tensor::parameter(normal({.seed = 1}, {layer.spans.rows(), layer.columns}));
  const Array dy = normal({.seed = 5}, layer.f(x, layer.spans).shape());
  Parameters parameters = layer.parameters;
  std::vector<double> times;
  for (int i = 0; i < repetitions + 2; ++i) {
    times.push_back(seconds([&] { backward(layer.f(x, layer.spans), dy.clone()); }));
    x.reset_grad();
    parameters.reset_grad();
  }
  times.erase(times.begin(), times.begin() + 2);
  fmt::print("{:16} {:10.2f} {:10.2f}\n", layer.name, median(times) * 1e3, *std::ranges::min_element(times) * 1e3);
}

}  // namespace

// Forward and backward of the layers that read sequences, in milliseconds; peer_sequence.py puts PyTorch beside it.
void bench_sequence(int repetitions) {
  fmt::print("{:16} {:>10} {:>10}   {} threads\n", "layer", "median ms", "min ms", threads());
  for (const Layer& layer : layers()) measure(layer, repetitions);
}
