// `bertlet run` by itself, so that it can be compiled in double: tests/bert/differential/heads.py.
#include <fmt/format.h>

#include "apps/bertlet/command.h"

int main(int argc, char** argv) {
  try {
    return apps::run({.name = "laboratory", .declare = apps::add_run}, argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
