#pragma once
#include "bert/tasks/task.h"

namespace apps {

// A line each, as long as people read: place, what is so and what was said, how wrong, and the text.
std::string verdicts_text(const std::vector<bertlet::tasks::Verdict>& verdicts);
bertlet::tasks::Record verdicts_json(const std::vector<bertlet::tasks::Verdict>& verdicts);  // whole

}  // namespace apps
