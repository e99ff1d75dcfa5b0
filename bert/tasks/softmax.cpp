#include "bert/tasks/softmax.h"

#include <algorithm>
#include <cmath>

namespace bertlet::tasks {

std::vector<double> softmax(std::span<const double> scores) {
  if (scores.empty()) return {};
  const double most = std::ranges::max(scores);
  std::vector<double> shares;
  double sum = 0;
  for (const double score : scores) sum += shares.emplace_back(std::exp(score - most));
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace bertlet::tasks
