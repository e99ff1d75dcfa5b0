#pragma once
#include "bert/heads/network.h"
#include "bert/text/tokenizer/encoding.h"

namespace bertlet::tasks {

// What a model is shown of an example, and what is wanted of it.
struct Item {
  std::vector<bert::Sequence> sequences = {};  // one; or the endings to choose from, a long text's windows, two texts
  std::vector<int64_t> labels = {};  // a class; of each token one, −100 where none; where an answer begins and ends
  std::vector<real> values = {};     // a number; or for each label whether it holds
  int64_t example = 0;               // whose it is
  std::vector<int64_t> places = {};  // what in the example the labels belong to: words; bytes of a mask
  std::vector<text::Span> characters = {};  // of each token, where in its text it stands; where that was asked for

  int64_t tokens() const;
  void add(text::Encoding sequence);  // as the next one
};
using ItemSpan = std::span<const Item* const>;

// A long text's windows in order, the first one among them.
std::vector<text::Encoding> windows_of(text::Encoding first);

bert::Batch batch_of(ItemSpan items);    // all sequences; those of an item are a group
bert::Wanted wanted_of(ItemSpan items);  // labels and values, one item after another

// What a batch of items gave.
struct Scores {
  bert::Batch batch;
  bert::Wanted wanted;
  bert::Scored scored;
};

// What stands at a hidden place, as a model sees it.
struct Guess {
  struct Candidate {
    int64_t id;
    double probability;
  };
  double loss;                       // −log of the probability of what stands there
  bool right;                        // it is the likeliest
  std::vector<Candidate> likeliest;  // a few, the likeliest first
};

// What a model says of an item.
struct Output {
  std::vector<real> scores = {};     // of classes; a number; of tokens [tokens, labels]; of answers [tokens, 2]
  std::vector<int64_t> labels = {};  // of the tokens that have one
  std::vector<Guess> guesses = {};   // of the tokens that are hidden

  int64_t best() const;  // the class with the highest score
  std::vector<double> probabilities() const;
};

std::vector<Output> rows_of(const Tensor& scores);  // an item's scores are a row

std::vector<double> softmax(std::span<const double> scores);                // of none: none
std::vector<int64_t> best_places(std::span<const real> scores, int64_t n);  // of equal ones the first first

}  // namespace bertlet::tasks
