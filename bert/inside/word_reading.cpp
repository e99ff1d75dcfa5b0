#include "bert/inside/word_reading.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/nth.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::inside {

WordReading word_reading(std::span<const real> scores, std::int64_t id, std::int64_t top_k) {
  const auto score = [&](std::int64_t word) { return static_cast<double>(scores[nth(word)]); };
  const auto before = [&](std::int64_t a, std::int64_t b) {
    return score(a) != score(b) ? score(a) > score(b) : a < b;
  };
  const auto most = static_cast<double>(*std::ranges::max_element(scores));
  double sum = 0, weighted = 0;  // Σ e^s and Σ s e^s, with s from the largest score down
  WordReading to{.id = id, .rank = 1};
  for (std::int64_t word = 0; word < std::ssize(scores); ++word) {
    const double s = score(word) - most;
    sum += std::exp(s);
    weighted += s * std::exp(s);
    to.rank += before(word, id);
  }
  to.log_probability = score(id) - most - std::log(sum);
  to.entropy = std::log(sum) - weighted / sum;
  std::vector<std::int64_t> ids(scores.size());
  std::iota(ids.begin(), ids.end(), std::int64_t{0});
  const auto end = ids.begin() + std::min<std::ptrdiff_t>(top_k, std::ssize(ids));
  std::partial_sort(ids.begin(), end, ids.end(), before);
  for (auto word = ids.begin(); word != end; ++word)
    to.likeliest.push_back({*word, std::exp(score(*word) - most) / sum});
  return to;
}

std::vector<WordReading> word_readings(const Array& scores, const std::vector<std::int64_t>& ids, std::int64_t top_k) {
  const std::int64_t rows = std::ssize(ids);
  require(scores.shape().rank() == 2 && scores.shape()[0] == rows, "word_readings: got scores {} and {} words",
          scores.shape(), rows);
  const auto words = nth(scores.shape()[1]);
  std::vector<WordReading> to(ids.size());
  parallel_for(rows, 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row)
      to[nth(row)] = word_reading({scores.data() + nth(row) * words, words}, ids[nth(row)], top_k);
  });
  return to;
}

}  // namespace bertlet::inside
