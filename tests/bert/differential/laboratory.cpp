// `bertlet run` by itself, so that it can be compiled in double: tests/bert/differential/heads.py.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "apps/bertlet/command.h"

int main(int argc, char** argv) {
  CLI::App app;
  apps::Action chosen;
  apps::add_run({app, chosen});
  try {
    app.parse(argc, argv);
    return chosen();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
