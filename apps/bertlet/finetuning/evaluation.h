#pragma once
#include "apps/bertlet/command.h"
#include "bert/tasks/data.h"

namespace apps {

// How good outputs are: measures beside the baseline, the best-known one with its interval; tables; so many of the
// worst mistakes.
void show_evaluation(const bertlet::tasks::Data& data, std::span<const bertlet::tasks::Output> outputs,
                     const CommonOptions& common, std::int64_t errors = 10);

// --threshold, of models for qa.
void add_threshold_option(Command& command, std::optional<double>& threshold);

}  // namespace apps
