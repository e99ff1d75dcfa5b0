#pragma once
#include "apps/bertlet/command.h"

namespace apps {

// What `bertlet bench` measures.
void add_bench_infer(const Command& bench);
void add_bench_latency(const Command& bench);
void add_bench_step(const Command& bench);
void add_bench_tokenize(const Command& bench);

}  // namespace apps
