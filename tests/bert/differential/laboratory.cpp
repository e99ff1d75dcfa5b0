// `bertlet run` and what looks inside by themselves, so that they can be compiled in double: heads.py and inside.py in
// tests/bert/differential.
#include <fmt/format.h>

#include "apps/bertlet/command.h"

namespace {

void declare(const apps::Command& program) {
  for (const auto add : {apps::add_run, apps::add_lens, apps::add_surprise, apps::add_explain, apps::add_trace,
                         apps::add_heads, apps::add_probe, apps::add_neighbours, apps::add_senses, apps::add_map})
    add(program);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return apps::run({.name = "laboratory", .declare = declare}, argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
