#include "apps/bertlet/bench/bench.h"
#include "apps/bertlet/bench/rounds.h"
#include "bert/heads/word_head.h"
#include "bert/options/precision.h"
#include "core/profile.h"
#include "core/random.h"
#include "optim/adam.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;

constexpr const char* about_bench_step =
    R"(One step is all of it: forward, the losses of masked words (15 % of the tokens) and next sentences, backward, gradients
clipped to a norm of 1, AdamW. The tokens are random numbers. Three steps come before those that are measured.
  --lengths full      every sequence fills the length
  --lengths uniform   lengths are drawn between 8 and it
  --precision bf16    products of dense layers; weights, gradients and moments stay as they are
Example: bertlet bench step --config tiny --batch 32 --length 64)";

struct BenchStepOptions : RoundsOptions {
  bertlet::Precision precision = bertlet::Precision::fp32;

  void visit(const options::Visitor& f) {
    RoundsOptions::visit(f);
    f(options::training_precision(&precision));
  }
};

// Which words are masked, and what the second sentences are.
bert::Wanted wanted_of(const RoundsOptions& options, const std::vector<bert::Sequence>& sequences) {
  constexpr float masked = 0.15F;
  const std::uint64_t seed = options.common.seed;
  const bertlet::Array chosen = bertlet::uniform({.seed = seed, .site = 2}, {options.batch * options.length});
  bert::Wanted wanted{.next = bertlet::integers({.seed = seed, .site = 3}, options.batch, 2)};
  for (int64_t begin = 0; const bert::Sequence& sequence : sequences) {
    for (int64_t t = 0; t < std::ssize(sequence.ids); ++t)
      wanted.labels.push_back(chosen[begin + t] < masked ? sequence.ids[to_size(t)] : bertlet::no_label);
    begin += options.length;
  }
  return wanted;
}

bertlet::Parameters prepared(bert::PreTraining& model, std::uint64_t seed) {
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  parameters.flatten();
  bert::initialise(parameters, model.bert.config, seed);
  return parameters;
}

int run_bench_step(const BenchStepOptions& options) {
  options.common.apply();
  const std::vector<bert::Sequence> sequences = sequences_of(options);
  const bert::Batch batch = bert::Batch::of(sequences);
  const bert::Wanted wanted = wanted_of(options, sequences);
  bert::PreTraining model(config_of(options));
  bertlet::Parameters parameters = prepared(model, options.common.seed);
  parameters.multiply_in(options.precision);
  bertlet::optim::AdamW optimizer(parameters, {.lr = 1e-4, .epsilon = 1e-6});
  std::uint64_t step = 0;
  return measure_rounds(options, batch.rows(), [&] {
    bertlet::Pass pass{.training = true, .rng = {.seed = 1, .step = step++}};
    parameters.reset_grad();
    const bertlet::Tensor loss = model.loss(model.score(batch, pass, {}, model.rows_of(batch, wanted)), batch, wanted);
    backward(loss);  // the scores are gone by now, and their memory serves their gradient
    optimizer.step({.clip = 1});
    bertlet::profile::end_operation("AdamW", bertlet::Phase::forward);
  });
}

}  // namespace

void add_bench_step(const Command& bench) {
  const auto options = std::make_shared<BenchStepOptions>();
  Command command = bench.add("step", "Steps of pre-training", about_bench_step);
  command.options(*options);
  command.runs([options] { return run_bench_step(*options); });
}

}  // namespace apps
