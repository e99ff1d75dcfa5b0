#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "apps/bertlet/subcommand.h"
#include "core/kernels/isa.h"
#include "core/require.h"

// Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
namespace apps {

namespace {

std::string version() {
  return fmt::format("bertlet {} (kernels {})", BERTLET_VERSION, bertlet::isa_name(bertlet::isa()));
}

void declare(CLI::App& program, Action& chosen) {
  program.set_version_flag("--version", version);
  program.require_subcommand(0, 1);
  program.footer("Each subcommand has its own --help. Example: bertlet gradcheck --op softmax");
  add_bench(program, chosen);
  add_generate(program, chosen);
  add_gradcheck(program, chosen);
  add_info(program, chosen);
  add_tokenize(program, chosen);
  add_vocab(program, chosen);
}

// Wrong usage in one line; help and version come here too.
int explain(const CLI::App& program, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return program.exit(error);
  const auto called = program.get_subcommands();
  const std::string name = called.empty() ? "bertlet" : "bertlet " + called.front()->get_name();
  fmt::print(stderr, "{}: {} (see {} --help)\n", name, error.what(), name);
  return 2;
}

int run(int argc, char** argv) {
  CLI::App program("A deep-learning framework as small as BERT allows.", "bertlet");
  Action chosen;
  declare(program, chosen);
  try {
    program.parse(argc, argv);
    if (!chosen) throw CLI::RequiredError::Subcommand(1);
  } catch (const CLI::ParseError& error) {
    return explain(program, error);
  }
  const int code = chosen();
  const bool written = std::fflush(stdout) == 0;
  bertlet::require(written, "stdout: {}", std::strerror(errno));
  return code;
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
