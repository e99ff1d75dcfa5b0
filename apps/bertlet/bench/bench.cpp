#include "apps/bertlet/bench/bench.h"

namespace apps {

void add_bench(const Command& program) {
  const Command bench = program.add_family("bench", "Measure how fast things are",
                                           "Each has its own --help. Example: bertlet bench tokenize --help");
  add_bench_infer(bench);
  add_bench_latency(bench);
  add_bench_step(bench);
  add_bench_tokenize(bench);
}

}  // namespace apps
