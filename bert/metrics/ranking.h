#pragma once
#include <cstdint>
#include <span>

namespace bertlet::metrics {

// The area under the ROC curve: the chance that an example of class 1 has a higher score than one of class 0, equal
// scores counting one half. Without examples of both classes it is 0.5, what scores that know nothing get. A NaN among
// the scores makes it NaN.
double roc_auc(std::span<const std::int64_t> gold, std::span<const double> scores);

// Several classes: the mean over classes of one class against the rest. `scores` is [examples, classes]. Classes that
// none or all of the examples belong to are left out; with no class left it is 0.5.
double roc_auc(std::span<const std::int64_t> gold, std::span<const double> scores, std::int64_t classes);

}  // namespace bertlet::metrics
