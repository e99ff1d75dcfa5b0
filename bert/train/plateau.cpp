#include "bert/train/plateau.h"

#include <numeric>

namespace bertlet::train {

bool Plateau::sits_at(double loss) {
  losses_.push_back(loss);
  if (losses_.size() < 2 * reports_) return false;
  const auto middle = losses_.begin() + static_cast<std::ptrdiff_t>(reports_);
  const double before = std::accumulate(losses_.begin(), middle, 0.0),
               now = std::accumulate(middle, losses_.end(), 0.0);
  losses_.pop_front();
  if (!first_) first_ = before;
  if (now < 0.99 * before || now < 0.01 * *first_) return false;
  losses_.clear();
  return true;
}

}  // namespace bertlet::train
