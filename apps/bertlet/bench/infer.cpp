#include "apps/bertlet/bench/bench.h"
#include "apps/bertlet/bench/rounds.h"
#include "bert/model/model.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;

constexpr const char* about_bench_infer =
    R"(The encoder and the pooler, without a gradient: what encode, predict and the like spend their time on. The tokens are
random numbers. Three runs come before those that are measured.
  --lengths full      every sequence fills the length
  --lengths uniform   lengths are drawn between 8 and it
  --precision fp32    weights as they are
  --precision bf16    weights in 16 bits: half the memory, and faster for few tokens
  --precision int8    weights in 8 bits, a scale for each column

Example: bertlet bench infer --config base --batch 1 --length 16)";

struct BenchInferOptions : RoundsOptions {
  bertlet::Precision precision = bertlet::Precision::fp32;

  void visit(const options::Visitor& f) {
    RoundsOptions::visit(f);
    f(precision_option(&precision));
  }
};

int run_bench_infer(const BenchInferOptions& options) {
  options.common.apply();
  const bert::Batch batch = bert::Batch::of(sequences_of(options));
  bert::Model model(config_of(options));
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  bert::initialise(parameters, model.config, options.common.seed);
  parameters.freeze_for_inference(options.precision);
  return measure_rounds(options, batch.rows(), [&] {
    bertlet::Pass pass;
    model(batch, pass);
  });
}

}  // namespace

void add_bench_infer(const Command& bench) {
  const auto options = std::make_shared<BenchInferOptions>();
  Command command = bench.add("infer", "The encoder without training", about_bench_infer);
  command.options(*options);
  command.runs([options] { return run_bench_infer(*options); });
}

}  // namespace apps
