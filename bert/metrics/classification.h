#pragma once
#include <cstdint>
#include <span>

#include "bert/metrics/scores.h"
#include "core/real.h"

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
  Confusion(std::span<const int64_t> gold, std::span<const int64_t> predicted, int64_t classes,
            std::span<const double> weights = {});

  double operator()(int64_t gold, int64_t predicted) const { return counts_[to_size(gold * classes_ + predicted)]; }
  int64_t classes() const { return classes_; }

 private:
  int64_t classes_;
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

// Several labels at once. Gold and predicted are [examples, labels], a 1 for each label that an example has and 0 for
// the others. F1 comes from averages(counts).
struct Multilabel {
  double subset_accuracy = 0;  // examples in which every label is right
  double hamming_loss = 0;     // the share of wrong labels
  std::vector<Counts> counts = {};
};
Multilabel multilabel(std::span<const int64_t> gold, std::span<const int64_t> predicted, int64_t labels);

// The area under the ROC curve: the chance that an example of class 1 has a higher score than one of class 0, equal
// scores counting one half. Without examples of both classes it is 0.5, what scores that know nothing get. A NaN among
// the scores makes it NaN.
double roc_auc(std::span<const int64_t> gold, std::span<const double> scores);

// Several classes: the mean over classes of one class against the rest. `scores` is [examples, classes]. Classes that
// none or all of the examples belong to are left out; with no class left it is 0.5.
double roc_auc(std::span<const int64_t> gold, std::span<const double> scores, int64_t classes);

}  // namespace bertlet::metrics
