#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>

// What the program's subcommands have in common. Namespace `apps` is read by float and double sources alike, so it
// names no type of the library.
namespace apps {

// What a subcommand does once its options are read; returns the exit code.
using Action = std::function<int()>;

struct CommonOptions {
  int threads = 0;
  std::uint64_t seed = 1;
  bool json = false, quiet = false;
};
void add_common_options(CLI::App& subcommand, CommonOptions&);

// One function per subcommand: declares its options and, if it is the one called, sets `chosen`.
void add_bench(CLI::App& program, Action& chosen);
void add_generate(CLI::App& program, Action& chosen);
void add_gradcheck(CLI::App& program, Action& chosen);
void add_info(CLI::App& program, Action& chosen);
void add_tokenize(CLI::App& program, Action& chosen);
void add_vocab(CLI::App& program, Action& chosen);

}  // namespace apps
