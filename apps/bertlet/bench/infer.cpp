#include "apps/bertlet/bench/bench.h"
#include "apps/bertlet/bench/rounds.h"
#include "bert/model/model.h"
#include "bert/options/precision.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;

constexpr const char* about_bench_infer =
    R"(The encoder and the pooler, without a gradient: what encode, predict and the like spend their time on. The tokens are
random numbers. Three runs come before those that are measured.
  --lengths full      every sequence fills the length
  --lengths uniform   lengths are drawn between 8 and it
  --precision fp32    products of dense layers in 32 bits
  --precision bf16    in 16 bits: half the memory for weights
  --precision int8    in 8 bits: a quarter of it; a scale for each row and each column

Example: bertlet bench infer --config base --batch 1 --length 16)";

struct BenchInferOptions : RoundsOptions {
  std::optional<bertlet::Precision> precision = {};

  void visit(const options::Visitor& f) {
    RoundsOptions::visit(f);
    f(options::inference_precision(&precision));
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
