#pragma once
#include "apps/bertlet/command.h"
#include "bert/tasks/forms/examples.h"

// What `bertlet data report` and `bertlet data convert` have in common.
namespace apps {

namespace tasks = bertlet::tasks;

void add_column_options(Command& command, tasks::ColumnChoice& columns);

void add_data_convert(const Command& data);
void add_data_report(const Command& data);

}  // namespace apps
