#pragma once
#include "bert/io/json/value.h"
#include "core/profile.h"

// What `bench --profile` says of where the time of some rounds went.
namespace apps {

// A line for each operation, and for its gradient, of one round; beside it what this machine could do.
std::string profile_table(const std::vector<bertlet::OperationCost>& costs, int64_t rounds);
bertlet::io::Json profile_json(const std::vector<bertlet::OperationCost>& costs, int64_t rounds);

}  // namespace apps
