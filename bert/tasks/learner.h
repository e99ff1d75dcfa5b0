#pragma once
#include "bert/model/model.h"
#include "bert/tasks/item.h"

namespace bertlet::tasks {

// Scores of some items, and what their loss must know besides.
struct Scored {
  bert::Batch batch;
  bert::Encoded encoded = {};
  Tensor scores = {};
};

// What stands at a hidden place, as a model sees it.
struct Guess {
  struct Candidate {
    std::int64_t id;
    double probability;
  };
  double loss;                       // −log of the probability of what stands there
  bool right;                        // it is the likeliest
  std::vector<Candidate> likeliest;  // a few, the likeliest first
};

// What a model says of an item.
struct Output {
  std::vector<real> scores = {};  // of classes; a number; of each token [tokens, labels]; where an answer begins
                                  // [tokens] and ends [tokens]
  std::vector<std::int64_t> labels = {};  // of the tokens that have one
  std::vector<Guess> guesses = {};        // of the tokens that are hidden

  std::int64_t best() const;  // the class with the highest score
  std::vector<double> probabilities() const;
};

// An encoder with a head, which learns a task.
class Learner {
 public:
  virtual ~Learner() = default;

  virtual Parameters& parameters() = 0;
  virtual const bert::Config& config() const = 0;
  virtual Scored score(ItemSpan items, Pass& pass) const = 0;
  virtual Tensor loss(const Scored& scored, ItemSpan items) const = 0;

  // Scores of classes [rows, classes], of which one is right in a row, or by config() several; otherwise empty.
  virtual Tensor class_scores(const Scored& scored, ItemSpan items) const;

  virtual std::vector<Output> outputs(const Scored& scored, ItemSpan items) const = 0;
};

// The whole of some data, without dropout, in batches of items that are about equally long.
std::vector<Output> outputs_of(const Learner& learner, std::span<const Item> items, std::int64_t tokens = 4096);

}  // namespace bertlet::tasks
