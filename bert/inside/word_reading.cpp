#include "bert/inside/word_reading.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::inside {

WordReading word_reading(std::span<const real> scores, int64_t id, int64_t top_k) {
  const auto score = [&](int64_t word) { return static_cast<double>(scores[to_size(word)]); };
  const auto before = [&](int64_t a, int64_t b) { return score(a) != score(b) ? score(a) > score(b) : a < b; };
  const auto most = static_cast<double>(*std::ranges::max_element(scores));
  double sum = 0, weighted = 0;  // Σ e^s and Σ s e^s, with s from the largest score down
  WordReading to{.id = id, .rank = 1};
  for (int64_t word = 0; word < std::ssize(scores); ++word) {
    const double s = score(word) - most;
    sum += std::exp(s);
    weighted += s * std::exp(s);
    to.rank += before(word, id);
  }
  to.log_probability = score(id) - most - std::log(sum);
  to.entropy = std::log(sum) - weighted / sum;
  std::vector<int64_t> ids(scores.size());
  std::iota(ids.begin(), ids.end(), int64_t{0});
  const auto end = ids.begin() + std::min<std::ptrdiff_t>(top_k, std::ssize(ids));
  std::partial_sort(ids.begin(), end, ids.end(), before);
  for (auto word = ids.begin(); word != end; ++word)
    to.likeliest.push_back({*word, std::exp(score(*word) - most) / sum});
  return to;
}

std::vector<WordReading> word_readings(const Array& scores, const std::vector<int64_t>& ids, int64_t top_k) {
  const int64_t rows = std::ssize(ids);
  require(scores.shape().rank() == 2 && scores.shape()[0] == rows, "word_readings: got scores {} and {} words",
          scores.shape(), rows);
  const auto words = to_size(scores.shape()[1]);
  std::vector<WordReading> to(ids.size());
  parallel_for(rows, 8, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      to[to_size(row)] = word_reading({scores.data() + to_size(row) * words, words}, ids[to_size(row)], top_k);
  });
  return to;
}

}  // namespace bertlet::inside
