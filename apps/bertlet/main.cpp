#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "apps/bertlet/command.h"
#include "core/kernels/isa.h"

// Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
namespace apps {

namespace {

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
