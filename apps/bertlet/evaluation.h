#pragma once
#include "apps/bertlet/command.h"
#include "bert/tasks/data.h"

namespace apps {

// How good outputs are: measures beside the baseline, the best-known one with its interval; tables; the worst mistakes.
void show_evaluation(const bertlet::tasks::Data& data, std::span<const bertlet::tasks::Output> outputs,
                     const CommonOptions& common);

}  // namespace apps
