#include <fmt/core.h>

#include <charconv>
#include <string_view>

#include "tests/bench/bench.h"

namespace {

struct Bench {
  std::string_view name;
  void (*run)(int repetitions);
};
constexpr Bench benches[] = {{"attention", bench_attention},   {"dense", bench_dense},
                             {"graph", bench_graph},           {"init", bench_init},
                             {"kernels", bench_kernels},       {"losses", bench_losses},
                             {"operations", bench_operations}, {"optimizer", bench_optimizer},
#ifdef BERTLET_BENCH_PRODUCTS
                             {"products", bench_products},
#endif
                             {"sequence", bench_sequence}};

int usage() {
  fmt::print(stderr, "usage: bertlet_bench NAME [REPETITIONS]   — NAME is one of");
  for (const Bench& bench : benches) fmt::print(stderr, " {}", bench.name);
  fmt::print(stderr, "\n");
  return 2;
}

bool parse(std::string_view text, int& number) {
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  return error == std::errc() && end == text.end() && number > 0;
}

}  // namespace

int main(int argc, char** argv) {
  int repetitions = 7;
  if (argc < 2 || argc > 3 || (argc == 3 && !parse(argv[2], repetitions))) return usage();
  for (const Bench& bench : benches)
    if (bench.name == argv[1]) return bench.run(repetitions), 0;
  return usage();
}
