#include "apps/bertlet/subcommand.h"

#include <limits>

namespace apps {

void add_common_options(CLI::App& subcommand, CommonOptions& options) {
  subcommand.add_option("--threads", options.threads, "How many threads compute; 0: one per core")
      ->type_name("N")
      ->check(CLI::Range(0, 1024).description(""))
      ->capture_default_str();
  subcommand.add_option("--seed", options.seed, "Of all random numbers")
      ->type_name("N")
      ->check(CLI::Range(std::numeric_limits<std::int64_t>::max()).description(""))
      ->capture_default_str();
  subcommand.add_flag("--json", options.json, "The result as one JSON object");
  subcommand.add_flag("--quiet", options.quiet, "Less text");
}

}  // namespace apps
