#include "tests/bits.h"

#include "core/ops.h"
#include "optim/adafactor.h"
#include "optim/adam.h"
#include "optim/lamb.h"
#include "optim/sgd.h"

using namespace bertlet;
using namespace bertlet::optim;

namespace {

// Parameters of less than a block, of several, and a stack of matrices; their gradients come from nowhere.
Parameters drawn() {
  std::vector<Parameter> list;
  for (const Shape& shape : {Shape{513, 259}, Shape{259}, Shape{100'003}, Shape{3, 65, 67}, Shape{1}}) {
    const auto site = static_cast<std::uint32_t>(list.size());
    list.push_back({fmt::format("p{}.weight", site), Tensor::parameter(normal({.seed = 1, .site = site}, shape))});
  }
  return Parameters(std::move(list));
}

struct Outcome {
  std::vector<double> norms;
  std::vector<Array> arrays;  // parameters, then the optimizer's state
};

template <class Optimizer, class Options>
Outcome train(const Options& options, int count) {
  const Threads scope(count);
  Parameters parameters = drawn();
  Optimizer optimizer(parameters, options);
  Outcome outcome;
  for (std::uint64_t step = 0; step < 3; ++step) {
    parameters.reset_grad();
    for (const Parameter& p : parameters.list())
      backward(p.tensor * 1, normal({.seed = 7, .step = step}, p.tensor.shape()));
    outcome.norms.push_back(optimizer.step({.clip = 1, .items = 3}));
  }
  for (const auto& [name, array] : parameters.state()) outcome.arrays.push_back(array);
  for (const auto& [name, array] : optimizer.state()) outcome.arrays.push_back(array);
  return outcome;
}

template <class Optimizer, class Options>
void check(const char* name, const Options& options) {
  INFO(name);
  const Outcome alone = train<Optimizer>(options, 1);
  for (const int count : {2, 3, 8}) {
    INFO(count << " threads");
    const Outcome together = train<Optimizer>(options, count);
    CHECK(together.norms == alone.norms);
    for (std::size_t i = 0; i < alone.arrays.size(); ++i) CHECK(same_bits(together.arrays[i], alone.arrays[i]));
  }
}

}  // namespace

TEST_CASE("every optimizer's steps have the same bits with 1, 2, 3 and 8 threads", "[optim][bits][threads]") {
  check<Sgd>("Sgd", SgdOptions{.momentum = 0.9, .nesterov = true});
  check<Adam>("Adam", AdamOptions{.weight_decay = 0.1});
  check<AdamW>("AdamW", AdamWOptions{});
  check<Lamb>("Lamb", LambOptions{});
  check<Adafactor>("Adafactor", AdafactorOptions{.beta1 = 0.9});
}
