#pragma once
#include <string>

#include "apps/bertlet/command.h"
#include "bert/tasks/examples.h"

// What `bertlet data report` and `bertlet data convert` have in common.
namespace apps {

namespace tasks = bertlet::tasks;

// Which columns of a file are meant.
struct DataChoice {
  std::string text, text_b, label;
  bool pair = false;
};
void add_data_options(Command& command, DataChoice&);
tasks::ExampleOptions example_options(const DataChoice&);

void add_data_convert(const Command& data);
void add_data_report(const Command& data);

}  // namespace apps
