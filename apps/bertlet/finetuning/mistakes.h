#pragma once
#include "bert/io/json.h"
#include "bert/tasks/data.h"

namespace apps {

using Mistakes = std::vector<bertlet::tasks::Data::Wrong>;

// A line each, as long as people read: place, what is so and what was said, how wrong, and the text.
std::string mistakes_text(const Mistakes& mistakes);
bertlet::tasks::Record mistakes_json(const Mistakes& mistakes);  // whole

}  // namespace apps
