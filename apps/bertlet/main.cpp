#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "apps/bertlet/command.h"
#include "core/kernels/isa.h"

extern "C" [[gnu::weak]] char* openblas_get_corename();

// Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
namespace apps {

namespace {

// An OpenBLAS that is older than the processor takes it for one of the oldest, and products take four times as long.
// OpenBLAS chooses when it is loaded: so the program is started again and says which kernels the processor has.
void choose_blas_kernels(char** arguments) {
  using bertlet::Isa;
  const bool unknown = openblas_get_corename && std::string_view(openblas_get_corename()) == "Prescott";
  const Isa isa = bertlet::isa();
  if (!unknown || isa == Isa::v2 || std::getenv("OPENBLAS_CORETYPE")) return;
  ::setenv("OPENBLAS_CORETYPE", isa == Isa::v4 ? "SkylakeX" : "Haswell", 1);
  ::execv("/proc/self/exe", arguments);  // where that fails, the old kernels will do
}

std::string version() {
  return fmt::format("bertlet {} (kernels {})", BERTLET_VERSION, bertlet::isa_name(bertlet::isa()));
}

void declare(const Command& program) {
  add_attention(program);
  add_bench(program);
  add_convert(program);
  add_data(program);
  add_encode(program);
  add_evaluate(program);
  add_explain(program);
  add_fill_mask(program);
  add_finetune(program);
  add_generate(program);
  add_gradcheck(program);
  add_heads(program);
  add_info(program);
  add_lens(program);
  add_map(program);
  add_neighbours(program);
  add_predict(program);
  add_pretrain(program);
  add_probe(program);
  add_report(program);
  add_romeo(program);
  add_run(program);
  add_sample_data(program);
  add_senses(program);
  add_surprise(program);
  add_tokenize(program);
  add_trace(program);
  add_vocab(program);
}

}  // namespace

}  // namespace apps

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { std::_Exit(130); });
  std::signal(SIGPIPE, SIG_DFL);  // a reader that has enough, such as head, ends us quietly
  try {
    apps::choose_blas_kernels(argv);
    return apps::run({.name = "bertlet",
                      .about = "A deep-learning framework as small as BERT allows.",
                      .footer = "Each subcommand has its own --help. Example: bertlet gradcheck --op softmax",
                      .version = apps::version(),
                      .declare = apps::declare},
                     argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bertlet: {}\n", error.what());
    return 1;
  }
}
