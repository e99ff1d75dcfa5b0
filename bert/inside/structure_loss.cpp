#include <algorithm>
#include <cmath>

#include "bert/inside/structural_probe.h"

namespace bertlet::inside {

std::vector<double> squared_distances(const Array& words) {
  const int64_t n = words.shape()[0], rank = words.shape()[1];
  std::vector<double> to(to_size(n * n), 0);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < i; ++j) {
      double sum = 0;
      for (int64_t c = 0; c < rank; ++c) {
        const double off = static_cast<double>(words[i * rank + c]) - static_cast<double>(words[j * rank + c]);
        sum += off * off;
      }
      to[to_size(i * n + j)] = to[to_size(j * n + i)] = sum;
    }
  return to;
}

double structure_loss(const MappedSentences& mapped, Array& gradient) {
  const int64_t rank = mapped.words.shape()[1];
  gradient = Array::filled(mapped.words.shape(), 0);
  double loss = 0;
  int64_t begin = 0;
  for (const std::vector<double>* distances : mapped.distances) {
    const int64_t n = std::lround(std::sqrt(static_cast<double>(distances->size())));
    const Array words = mapped.words.rows(begin, begin + n);
    const std::vector<double> found = squared_distances(words);
    const double share = 1 / (static_cast<double>(n * n) * static_cast<double>(mapped.distances.size()));
    for (int64_t at = 0; at < n * n; ++at) {
      const double off = found[to_size(at)] - (*distances)[to_size(at)];
      loss += share * std::abs(off);
      if (off == 0) continue;
      const auto slope =
          static_cast<real>(off > 0 ? 4 * share : -4 * share);  // 2 of the square, 2 of (i, j) and (j, i)
      real* to = gradient.data() + (begin + at / n) * rank;
      for (int64_t c = 0; c < rank; ++c) to[c] += slope * (words[at / n * rank + c] - words[at % n * rank + c]);
    }
    begin += n;
  }
  return loss;
}

double edges_found(const std::vector<TreeEdges>& gold, const std::vector<TreeEdges>& found) {
  int64_t right = 0, all = 0;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    all += std::ssize(gold[i]);
    for (const auto& edge : gold[i]) right += std::ranges::count(found[i], edge);
  }
  return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace bertlet::inside
