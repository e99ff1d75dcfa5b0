#include "bert/tasks/language_task.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/metrics/measure.h"
#include "bert/metrics/scores.h"
#include "core/parallel.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t candidates = 5;  // of a guess

Guess guess_of(const real* scores, int64_t words, int64_t is) {
  const auto most = static_cast<double>(*std::max_element(scores, scores + words));
  double sum = 0;
  for (int64_t i = 0; i < words; ++i) sum += std::exp(static_cast<double>(scores[i]) - most);
  const auto loss = [&](int64_t id) { return std::log(sum) + most - static_cast<double>(scores[id]); };
  Guess guess{.loss = loss(is), .right = false, .likeliest = {}};
  for (const int64_t id : best_places({scores, to_size(words)}, candidates))
    guess.likeliest.push_back({id, std::exp(-loss(id))});
  guess.right = guess.likeliest[0].id == is;
  return guess;
}

// How often each token stands in the data, hidden or not; special ones where they are asked for.
std::vector<double> counts_of(const Data& data) {
  std::vector<double> counts(to_size(data.tokenizer->vocabulary().size()));
  for (const Item& item : data.items)
    for (std::size_t i = 0; const bert::Sequence& sequence : item.sequences)
      for (const int64_t id : sequence.ids) {
        const int64_t label = i < item.labels.size() ? item.labels[i] : no_label;
        ++i;
        if (label != no_label || !data.tokenizer->is_special(id)) ++counts[to_size(label == no_label ? id : label)];
      }
  return counts;
}

}  // namespace

std::vector<Output> LanguageTask::outputs(const bert::Network&, const Scores& scores, ItemSpan items) const {
  std::vector<int64_t> ids;
  for (const Item* item : items)
    for (const int64_t label : item->labels)
      if (label != no_label) ids.push_back(label);
  std::vector<Guess> guesses(ids.size());
  const Array& rows = scores.scored.scores.value();
  const int64_t words = rows.shape()[1];
  parallel_each(std::ssize(guesses), 8,
                [&](int64_t i) { guesses[to_size(i)] = guess_of(rows.data() + i * words, words, ids[to_size(i)]); });
  std::vector<Output> to;
  for (auto guess = guesses.begin(); const Item* item : items) {
    const auto count = std::ssize(item->labels) - std::ranges::count(item->labels, no_label);
    to.push_back({.guesses = {std::make_move_iterator(guess), std::make_move_iterator(guess + count)}});
    guess += count;
  }
  return to;
}

Guessed guessed(const Data& data, Outputs outputs, Chosen chosen) {
  Guessed to;
  for (const int64_t i : chosen)
    for (const Output& output : outputs_of(data, i, outputs))
      for (const Guess& guess : output.guesses) {
        to.loss += guess.loss;
        to.right += guess.right;
        ++to.all;
      }
  return to;
}

Measuring LanguageTask::measuring(const Data& data, Outputs outputs) const {
  return [&data, outputs](Chosen chosen) -> metrics::Measures {
    const auto [loss, right, all] = guessed(data, outputs, chosen);
    return {{"loss", metrics::ratio(loss, static_cast<double>(all)), metrics::Better::smaller},
            {"perplexity", metrics::perplexity(loss, all), metrics::Better::smaller},
            {"accuracy", metrics::ratio(static_cast<double>(right), static_cast<double>(all))}};
  };
}

std::vector<Output> LanguageTask::baseline(const Data& data) const {
  const std::vector<double> counts = counts_of(data);
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  const int64_t commonest = std::ranges::max_element(counts) - counts.begin();
  const auto share = [&](int64_t id) { return counts[to_size(id)] / all; };
  std::vector<Output> to;
  for (const Item& item : data.items) {
    Output& output = to.emplace_back();
    for (const int64_t id : item.labels)
      if (id != no_label)
        output.guesses.push_back({-std::log(share(id)), id == commonest, {{commonest, share(commonest)}}});
  }
  return to;
}

}  // namespace bertlet::tasks
