#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "apps/bertlet/command.h"
#include "core/kernels/isa.h"
#include "core/require.h"

// Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
namespace apps {

namespace {

std::string version() {
  return fmt::format("bertlet {} (kernels {})", BERTLET_VERSION, bertlet::isa_name(bertlet::isa()));
}

void declare(CLI::App& app, Action& chosen) {
  app.set_version_flag("--version", version);
  app.require_subcommand(0, 1);
  app.footer("Each subcommand has its own --help. Example: bertlet gradcheck --op softmax");
  const Command program(app, chosen);
  add_bench(program);
  add_convert(program);
  add_data(program);
  add_encode(program);
  add_evaluate(program);
  add_fill_mask(program);
  add_finetune(program);
  add_generate(program);
  add_gradcheck(program);
  add_info(program);
  add_predict(program);
  add_pretrain(program);
  add_report(program);
  add_romeo(program);
  add_run(program);
  add_sample_data(program);
  add_tokenize(program);
  add_vocab(program);
}

// Wrong usage in one line.
int explain(const CLI::App& program, const std::string& error) {
  const auto called = program.get_subcommands();
  const std::string name = called.empty() ? "bertlet" : "bertlet " + called.front()->get_name();
  fmt::print(stderr, "{}: {} (see {} --help)\n", name, error, name);
  return 2;
}

int run(int argc, char** argv) {
  CLI::App program("A deep-learning framework as small as BERT allows.", "bertlet");
  Action chosen;
  declare(program, chosen);
  try {
    program.parse(argc, argv);
    if (!chosen) throw CLI::RequiredError::Subcommand(1);
    const int code = chosen();
    const bool written = std::fflush(stdout) == 0;
    bertlet::require(written, "stdout: {}", std::strerror(errno));
    return code;
  } catch (const WrongUsage& error) {
    return explain(program, error.what());
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // for help or the version
    return asked ? program.exit(error) : explain(program, error.what());
  }
}

}  // namespace

}  // namespace apps

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { std::_Exit(130); });
  std::signal(SIGPIPE, SIG_DFL);  // a reader that has enough, such as head, ends us quietly
  try {
    return apps::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bertlet: {}\n", error.what());
    return 1;
  }
}
