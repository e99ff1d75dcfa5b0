#pragma once
#include <variant>

#include "apps/bertlet/finetuning/options.h"

namespace apps {

// A number that can be tuned: it is an option, and --grid tries several values of it.
struct FinetuneNumber {
  using Place = std::variant<double*, std::int64_t*, std::optional<double>*>;

  std::string name;  // of its option, without dashes
  Place (*place)(FinetuneOptions& options);
  const char* what;
  RealRange range = {};
  std::vector<std::string_view> tasks = {};  // in which it changes something; none: in all

  bool is_for(std::string_view task) const;
};
const std::vector<FinetuneNumber>& finetune_numbers();

void add_number(Command& command, const FinetuneNumber& number, FinetuneOptions& options);

// An error if the task has no such number, or this is no value of it.
void set_number(FinetuneOptions& options, const std::string& name, const std::string& value);

}  // namespace apps
