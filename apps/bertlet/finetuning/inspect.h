#pragma once
#include "bert/tasks/fine_tuned.h"

namespace apps {

// So many items as the model gets them: each token with its id, its type and, where tokens have labels, its label.
std::string inspected(const bertlet::tasks::FineTuned& model, const bertlet::tasks::Data& data, std::int64_t items);

}  // namespace apps
