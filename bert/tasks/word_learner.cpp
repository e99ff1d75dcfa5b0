#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/heads/language_model.h"
#include "bert/tasks/learner_with.h"
#include "bert/tasks/learners.h"
#include "core/ops/arithmetic.h"
#include "core/ops/reduce.h"
#include "core/ops/rows.h"
#include "core/parallel.h"
#include "nn/ops/cross_entropy.h"

namespace bertlet::tasks {

namespace {

constexpr std::int64_t candidates = 5;  // of a guess

// The tokens of the items that are hidden: their rows in the batch, and what stands there.
struct HiddenRows {
  std::vector<std::int64_t> rows, ids;

  explicit HiddenRows(ItemSpan items) {
    const std::vector<std::int64_t> labels = labels_of(items);
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] != no_label) {
        rows.push_back(static_cast<std::int64_t>(i));
        ids.push_back(labels[i]);
      }
  }
};

Guess guess_of(const real* scores, std::int64_t words, std::int64_t is) {
  const auto most = static_cast<double>(*std::max_element(scores, scores + words));
  double sum = 0;
  for (std::int64_t i = 0; i < words; ++i) sum += std::exp(static_cast<double>(scores[i]) - most);
  const auto loss = [&](std::int64_t id) { return std::log(sum) + most - static_cast<double>(scores[id]); };
  std::vector<std::int64_t> ids(static_cast<std::size_t>(words));
  std::iota(ids.begin(), ids.end(), std::int64_t{0});
  const auto end = ids.begin() + std::min(words, candidates);
  std::partial_sort(ids.begin(), end, ids.end(), [&](std::int64_t a, std::int64_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  Guess guess{.loss = loss(is), .right = ids[0] == is, .likeliest = {}};
  for (auto id = ids.begin(); id != end; ++id) guess.likeliest.push_back({*id, std::exp(-loss(*id))});
  return guess;
}

class WordLearner : public LearnerWith<bert::MaskedLM> {
 public:
  explicit WordLearner(const bert::Config& config) : LearnerWith(bert::MaskedLM(config)) {}

  Scored score(ItemSpan items, Pass& pass) const override {
    Scored to{.batch = batch_of(items)};
    to.encoded = model_.bert(to.batch, pass);
    HiddenRows hidden(items);
    if (!hidden.rows.empty())
      to.scores = model_.predictions(gather_rows(to.encoded.last_hidden_state, std::move(hidden.rows)));  // [hidden, V]
    return to;
  }

  Tensor loss(const Scored& scored, ItemSpan items) const override {
    if (scored.scores) return cross_entropy(scored.scores, HiddenRows(items).ids);
    return sum(scored.encoded.last_hidden_state) * Tensor(real(0));  // nothing is hidden
  }

  Tensor class_scores(const Scored& scored, ItemSpan) const override { return scored.scores; }

  // No row of scores is kept: there is a number in it for each word of the vocabulary.
  std::vector<Output> outputs(const Scored& scored, ItemSpan items) const override {
    const HiddenRows hidden(items);
    std::vector<Guess> guesses(hidden.ids.size());
    parallel_for(std::ssize(guesses), 8, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t words = config().vocab_size;
      for (std::int64_t i = begin; i < end; ++i) {
        const auto at = static_cast<std::size_t>(i);
        guesses[at] = guess_of(scored.scores.value().data() + i * words, words, hidden.ids[at]);
      }
    });
    std::vector<Output> to;
    for (auto guess = guesses.begin(); const Item* item : items) {
      const auto count = std::ssize(item->labels) - std::ranges::count(item->labels, no_label);
      to.push_back({.guesses = {std::make_move_iterator(guess), std::make_move_iterator(guess + count)}});
      guess += count;
    }
    return to;
  }
};

}  // namespace

std::unique_ptr<Learner> word_learner(const bert::Config& config) { return std::make_unique<WordLearner>(config); }

}  // namespace bertlet::tasks
