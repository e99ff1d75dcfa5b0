#include "bert/tasks/guesses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/metrics/measure.h"
#include "bert/metrics/scores.h"
#include "core/nth.h"
#include "core/parallel.h"

namespace bertlet::tasks {

namespace {

constexpr std::int64_t candidates = 5;  // of a guess

Guess guess_of(const real* scores, std::int64_t words, std::int64_t is) {
  const auto most = static_cast<double>(*std::max_element(scores, scores + words));
  double sum = 0;
  for (std::int64_t i = 0; i < words; ++i) sum += std::exp(static_cast<double>(scores[i]) - most);
  const auto loss = [&](std::int64_t id) { return std::log(sum) + most - static_cast<double>(scores[id]); };
  std::vector<std::int64_t> ids(nth(words));
  std::iota(ids.begin(), ids.end(), std::int64_t{0});
  const auto end = ids.begin() + std::min(words, candidates);
  std::partial_sort(ids.begin(), end, ids.end(), [&](std::int64_t a, std::int64_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  Guess guess{.loss = loss(is), .right = ids[0] == is, .likeliest = {}};
  for (auto id = ids.begin(); id != end; ++id) guess.likeliest.push_back({*id, std::exp(-loss(*id))});
  return guess;
}

// What stands at each place of an item, hidden or not; special tokens where they are asked for.
template <class F>
void for_each_token(const Data& data, const F& f) {
  for (const Item& item : data.items)
    for (std::size_t i = 0; const bert::Sequence& sequence : item.sequences)
      for (const std::int64_t id : sequence.ids) {
        const std::int64_t label = i < item.labels.size() ? item.labels[i] : no_label;
        ++i;
        const std::int64_t is = label == no_label ? id : label;
        if (label != no_label || !data.tokenizer->is_special(is)) f(is);
      }
}

}  // namespace

std::vector<Output> guesses_of(const bert::Scored& scored, ItemSpan items) {
  std::vector<std::int64_t> ids;
  for (const Item* item : items)
    for (const std::int64_t label : item->labels)
      if (label != no_label) ids.push_back(label);
  std::vector<Guess> guesses(ids.size());
  parallel_for(std::ssize(guesses), 8, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t words = scored.scores.shape()[1];
    for (std::int64_t i = begin; i < end; ++i)
      guesses[nth(i)] = guess_of(scored.scores.value().data() + i * words, words, ids[nth(i)]);
  });
  std::vector<Output> to;
  for (auto guess = guesses.begin(); const Item* item : items) {
    const auto count = std::ssize(item->labels) - std::ranges::count(item->labels, no_label);
    to.push_back({.guesses = {std::make_move_iterator(guess), std::make_move_iterator(guess + count)}});
    guess += count;
  }
  return to;
}

Measuring guess_measuring(const Data& data, Outputs outputs) {
  return [&data, outputs](Chosen chosen) -> metrics::Measures {
    double loss = 0;
    std::int64_t right = 0, all = 0;
    for (const std::int64_t i : chosen)
      for (const Output& output : outputs_of(data, i, outputs))
        for (const Guess& guess : output.guesses) {
          loss += guess.loss;
          right += guess.right;
          ++all;
        }
    return {{"loss", metrics::ratio(loss, static_cast<double>(all)), metrics::Better::smaller},
            {"perplexity", metrics::perplexity(loss, all), metrics::Better::smaller},
            {"accuracy", metrics::ratio(static_cast<double>(right), static_cast<double>(all))}};
  };
}

std::vector<Output> frequency_guesses(const Data& data) {
  std::vector<double> counts(nth(data.tokenizer->vocabulary().size()));
  for_each_token(data, [&](std::int64_t id) { ++counts[nth(id)]; });
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  const std::int64_t commonest = std::ranges::max_element(counts) - counts.begin();
  const auto share = [&](std::int64_t id) { return counts[nth(id)] / all; };
  std::vector<Output> to;
  for (const Item& item : data.items) {
    Output& output = to.emplace_back();
    for (const std::int64_t id : item.labels)
      if (id != no_label)
        output.guesses.push_back({-std::log(share(id)), id == commonest, {{commonest, share(commonest)}}});
  }
  return to;
}

Verdict guess_verdict(const Data& data, std::int64_t i, Outputs outputs) {
  std::vector<std::string> said;
  double degree = 0;
  const std::int64_t first = first_item(data, i);
  const auto token = [&](std::int64_t id) { return data.tokenizer->vocabulary().token(id); };
  for (std::int64_t number = first; const Output& output : outputs_of(data, i, outputs)) {
    const Item& item = data.items[nth(number++)];
    for (auto guess = output.guesses.begin(); const std::int64_t id : item.labels) {
      if (id == no_label) continue;
      const auto [best, probability] = guess->likeliest[0];
      if (!guess->right) {
        said.push_back(fmt::format("'{}' for '{}'", token(best), token(id)));
        degree = std::max(degree, probability);
      }
      ++guess;
    }
  }
  return {.right = said.empty(),
          .place = place_of(data, i),
          .text = data.row(i).text,
          .facts = {{"said", said}},
          .scale = "confidence",
          .degree = degree};
}

}  // namespace bertlet::tasks
