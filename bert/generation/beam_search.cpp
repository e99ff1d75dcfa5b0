#include "bert/generation/beam_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/generation/continuation.h"
#include "bert/generation/hypotheses.h"
#include "bert/generation/scores.h"
#include "core/real.h"

namespace bertlet::bert {

namespace {

constexpr double not_yet = -1e9;  // the sum of beams that are still copies of the first

// The search for the continuation of one prompt. Its open texts stand side by side among those of all searches.
struct Search {
  std::size_t prompt;  // its number
  int64_t length;      // of the prompt
  std::vector<double> sums;
  Hypotheses finished;
};

struct Candidate {
  double sum;
  int64_t beam, word;
};

// What the search goes on with.
struct Next {
  std::vector<int64_t> from, words;  // texts by their number among all, and the word that each gets
};

void add_log_softmax(Scores scores) {
  const double peak = static_cast<double>(*std::ranges::max_element(scores));
  double total = 0;
  for (const real score : scores) total += std::exp(static_cast<double>(score) - peak);
  for (real& score : scores) score = static_cast<real>(static_cast<double>(score) - peak - std::log(total));
}

// The likeliest texts one word longer, enough of them that as many as there are beams do not end.
std::vector<Candidate> candidates(const Search& search, const std::vector<Text>& texts, Array scores, int64_t first,
                                  const GenerationOptions& options) {
  const int64_t vocabulary = scores.shape()[1];
  std::vector<Candidate> all;
  for (int64_t beam = 0; beam < options.beams; ++beam) {
    const Scores row(scores.data() + (first + beam) * vocabulary, to_size(vocabulary));
    add_log_softmax(row);
    adjust(row, texts[to_size(first + beam)], search.length, options);
    for (int64_t word = 0; word < vocabulary; ++word)
      all.push_back({static_cast<double>(row[to_size(word)]) + search.sums[to_size(beam)], beam, word});
  }
  const int64_t wanted = std::max<int64_t>(2, 1 + std::ssize(options.stop)) * options.beams;
  const auto end = all.begin() + std::min(wanted, std::ssize(all));
  std::ranges::partial_sort(all, end, std::ranges::greater(), &Candidate::sum);
  all.erase(end, all.end());
  return all;
}

// Takes texts that end into the finished ones and as many as there are beams into `next`; false if that was all.
bool advance(Search& search, const std::vector<Text>& texts, const Array& scores, int64_t first,
             const GenerationOptions& options, Next& next) {
  const std::vector<Candidate> best = candidates(search, texts, scores, first, options);
  const int64_t length = std::ssize(texts[to_size(first)]) + 1 - search.length;
  std::vector<Candidate> open;
  for (std::size_t rank = 0; rank < best.size() && std::ssize(open) < options.beams; ++rank) {
    const Candidate& c = best[rank];
    if (std::ranges::find(options.stop, c.word) == options.stop.end())
      open.push_back(c);
    else if (static_cast<int64_t>(rank) < options.beams) {
      Text text = texts[to_size(first + c.beam)];
      text.push_back(options.stop[0]);  // as transformers, whichever it was
      search.finished.add(std::move(text), c.sum, length);
    }
  }
  if (search.finished.settled(best[0].sum, length)) return false;
  search.sums.clear();
  for (const Candidate& c : open) {
    search.sums.push_back(c.sum);
    next.from.push_back(first + c.beam);
    next.words.push_back(c.word);
  }
  return true;
}

std::vector<Search> searches_for(const std::vector<Text>& prompts, const GenerationOptions& options) {
  std::vector<Search> searches;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    searches.push_back(
        {i, std::ssize(prompts[i]), std::vector<double>(to_size(options.beams), not_yet), Hypotheses(options)});
    searches.back().sums[0] = 0;
  }
  return searches;
}

std::vector<Generated> result_of(const Search& search, const GenerationOptions& options) {
  std::vector<Generated> results;
  for (const Hypotheses::Hypothesis& each : search.finished.best(options.num_return))
    results.push_back({each.text, each.score});
  return results;
}

void add_open_texts(Search& search, const std::vector<Text>& texts, int64_t first) {
  for (std::size_t beam = 0; beam < search.sums.size(); ++beam) {
    const Text& text = texts[to_size(first) + beam];
    search.finished.add(text, search.sums[beam], std::ssize(text) - search.length);
  }
}

}  // namespace

std::vector<std::vector<Generated>> beam_search(const CausalLM& model, const std::vector<Text>& prompts,
                                                const GenerationOptions& options, const Listener& listener,
                                                const EncoderStates* memory) {
  std::vector<std::vector<Generated>> results(prompts.size());
  std::vector<Search> open = searches_for(prompts, options);
  Continuation texts(model, prompts, options, memory);
  texts.compute_scores();  // of each prompt once
  std::vector<int64_t> copies;
  for (std::size_t i = 0; i < prompts.size() * to_size(options.beams); ++i)
    copies.push_back(static_cast<int64_t>(i) / options.beams);
  texts.select(copies);
  for (int64_t step = 0; step < options.max_new_tokens; ++step) {
    if (listener.interrupted && listener.interrupted()) break;
    const Array scores = texts.take_scores();
    Next next;
    std::vector<Search> still_open;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const bool goes_on =
          advance(open[i], texts.texts(), scores, static_cast<int64_t>(i) * options.beams, options, next);
      if (!goes_on) results[open[i].prompt] = result_of(open[i], options);
      if (goes_on) still_open.push_back(std::move(open[i]));
    }
    open = std::move(still_open);
    if (open.empty()) break;
    texts.select(next.from);
    texts.append(next.words);
  }
  for (std::size_t i = 0; i < open.size(); ++i) {
    add_open_texts(open[i], texts.texts(), static_cast<int64_t>(i) * options.beams);
    results[open[i].prompt] = result_of(open[i], options);
  }
  return results;
}

}  // namespace bertlet::bert
