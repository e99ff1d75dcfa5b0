#include "bert/generation/scores.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/real.h"

namespace bertlet::bert {

namespace {

constexpr real forbidden = -std::numeric_limits<real>::infinity();

real& at(Scores scores, int64_t word) { return scores[to_size(word)]; }

bool ends_with(Ids text, Ids end) {
  return end.size() <= text.size() && std::ranges::equal(text.last(end.size()), end);
}

}  // namespace

void penalise_repetition(Scores scores, Ids text, double penalty) {
  std::vector<int64_t> words(text.begin(), text.end());
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  const real factor = static_cast<real>(penalty);
  for (const int64_t word : words) at(scores, word) *= at(scores, word) < 0 ? factor : 1 / factor;
}

void forbid_repeated_ngrams(Scores scores, Ids text, int64_t size) {
  const auto length = to_size(size);
  if (text.size() + 1 < length) return;
  const Ids now = text.last(length - 1);
  for (std::size_t begin = 0; begin + length <= text.size(); ++begin)
    if (std::ranges::equal(text.subspan(begin, length - 1), now)) at(scores, text[begin + length - 1]) = forbidden;
}

// Words in a row are forbidden at the last of them. As there, a row longer than the text is let through, and so is a
// stop token by itself.
void forbid_bad_words(Scores scores, Ids text, const std::vector<Text>& bad_words, Ids stop) {
  for (const Text& row : bad_words) {
    const bool one = row.size() == 1 && std::ranges::find(stop, row[0]) == stop.end();
    const bool last = 1 < row.size() && row.size() <= text.size() && ends_with(text, Ids(row).first(row.size() - 1));
    if (one || last) at(scores, row.back()) = forbidden;
  }
}

void forbid(Scores scores, Ids words) {
  for (const int64_t word : words) at(scores, word) = forbidden;
}

void divide_by_temperature(Scores scores, double temperature) {
  for (real& score : scores) score /= static_cast<real>(temperature);
}

void keep_top_k(Scores scores, int64_t k) {
  if (k >= std::ssize(scores)) return;
  std::vector<real> sorted(scores.begin(), scores.end());
  std::ranges::nth_element(sorted, sorted.begin() + (k - 1), std::greater());
  const real least = sorted[to_size(k - 1)];
  for (real& score : scores)
    if (score < least) score = forbidden;
}

// From the least likely on, words go as long as together they have at most 1 − p; the likeliest stays.
void keep_top_p(Scores scores, double p) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return scores[i]; });
  const double peak = static_cast<double>(scores[order.back()]);
  const auto weight = [&](std::size_t i) { return std::exp(static_cast<double>(scores[i]) - peak); };
  double all = 0, gone = 0;
  for (const std::size_t i : order) all += weight(i);
  order.pop_back();
  for (const std::size_t i : order) {
    gone += weight(i) / all;
    if (gone > 1 - p) return;
    scores[i] = forbidden;
  }
}

void adjust(Scores scores, Ids text, int64_t prompt, const GenerationOptions& options) {
  if (options.repetition_penalty != 1) penalise_repetition(scores, text, options.repetition_penalty);
  if (options.no_repeat_ngram_size > 0) forbid_repeated_ngrams(scores, text, options.no_repeat_ngram_size);
  forbid_bad_words(scores, text, options.bad_words, options.stop);
  if (std::ssize(text) - prompt < options.min_new_tokens) forbid(scores, options.stop);
  if (options.choice == Choice::likeliest) return;
  if (options.temperature != 1) divide_by_temperature(scores, options.temperature);
  if (options.top_k > 0) keep_top_k(scores, options.top_k);
  if (options.top_p < 1) keep_top_p(scores, options.top_p);
}

}  // namespace bertlet::bert
