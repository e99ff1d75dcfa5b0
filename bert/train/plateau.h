#pragma once
#include <cstddef>
#include <deque>
#include <optional>

namespace bertlet::train {

// Notices that a loss sits: the mean of the last reports is not a hundredth better than that of as many before. One
// that is down to a hundredth of what it began with has nothing left to learn, and does not sit.
class Plateau {
 public:
  explicit Plateau(std::size_t reports = 10) : reports_(reports) {}

  bool sits_at(double loss);  // takes the next report's; true once, until as many reports again have passed

 private:
  std::size_t reports_;
  std::deque<double> losses_;
  std::optional<double> first_ = {};  // the sum of the first reports
};

}  // namespace bertlet::train
