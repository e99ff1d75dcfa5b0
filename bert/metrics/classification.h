#pragma once
#include "bert/metrics/scores.h"

// How well classes were told apart.
//
//   const Confusion confusion(gold, predicted, 3);
//   accuracy(confusion);
//   averages(label_counts(confusion)).macro.f1;
//   scores(label_counts(confusion)[1]);  // of two classes: those of the positive one
namespace bertlet::metrics {

// How often class `gold` was taken for class `predicted`. Examples may weigh more or less than 1.
class Confusion {
 public:
  Confusion(std::span<const std::int64_t> gold, std::span<const std::int64_t> predicted, std::int64_t classes,
            std::span<const double> weights = {});

  double operator()(std::int64_t gold, std::int64_t predicted) const {
    return counts_[static_cast<std::size_t>(gold * classes_ + predicted)];
  }
  std::int64_t classes() const { return classes_; }

 private:
  std::int64_t classes_;
  std::vector<double> counts_;  // [gold, predicted]
};

double accuracy(const Confusion& confusion);
double majority_baseline(const Confusion& confusion);  // the accuracy of always saying the most frequent class

std::vector<Counts> label_counts(const Confusion& confusion);  // by class

// Matthews' correlation of gold and predicted classes, of any number (Gorodkin 2004): 1 all right, 0 no better than
// chance, and 0 too where all are of one class or all are taken for one.
double matthews(const Confusion& confusion);

// For people: a line for each gold class, a column for each predicted one; then precision, recall and F1.
std::string matrix_text(const Confusion& confusion, std::span<const std::string> names);
std::string scores_text(const Confusion& confusion, std::span<const std::string> names);

}  // namespace bertlet::metrics
