#pragma once
#include <span>
#include <vector>

namespace bertlet::tasks {

std::vector<double> softmax(std::span<const double> scores);  // of none: none

}  // namespace bertlet::tasks
