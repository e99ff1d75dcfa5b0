#pragma once
#include <memory>

#include "bert/heads/token_top.h"
#include "bert/tasks/learner.h"

// Which head and which loss each task has.
namespace bertlet::tasks {

struct LossOptions {
  real smoothing = 0;              // of the classes
  std::vector<real> weights = {};  // of the classes; none: all weigh 1
};

// Of a text or a pair: one class of several, several labels at once, or a number, by config.problem_type.
std::unique_ptr<Learner> sentence_learner(const bert::Config& config, const bert::TopOptions& top,
                                          const LossOptions& loss);

// Of each word: its label.
std::unique_ptr<Learner> token_learner(const bert::Config& config, const bert::TokenTopOptions& top,
                                       const LossOptions& loss);

// Where in a passage the answer is.
std::unique_ptr<Learner> answer_learner(const bert::Config& config);

// Which ending is right.
std::unique_ptr<Learner> choice_learner(const bert::Config& config, const LossOptions& loss);

// Two texts, each encoded by itself: classes of pairs, how near they are (a number from 0 to 1), or which belongs to
// which.
enum class Objective { classes, cosine, ranking };
std::unique_ptr<Learner> siamese_learner(const bert::Config& config, const std::string& pool, Objective objective,
                                         const LossOptions& loss);

// Of each hidden token: which one it is.
std::unique_ptr<Learner> word_learner(const bert::Config& config);

}  // namespace bertlet::tasks
