#include "bert/inside/senses.h"

#include <algorithm>
#include <limits>

#include "bert/heads/sentence_encoder.h"

namespace bertlet::inside {

namespace {

struct MeanOf {
  double sum = 0;
  int64_t count = 0;

  void add(double x) {
    sum += x;
    ++count;
  }
  double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

// Of one row: how far the senses are from it.
double silhouette_of(int64_t row, const Array& cosines, const std::vector<int64_t>& senses, int64_t count) {
  const auto n = std::ssize(senses);
  std::vector<MeanOf> distance(to_size(count));
  for (int64_t other = 0; other < n; ++other)
    if (other != row) distance[to_size(senses[to_size(other)])].add(1 - static_cast<double>(cosines[row * n + other]));
  const auto own = to_size(senses[to_size(row)]);
  if (distance[own].count == 0) return 0;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t sense = 0; sense < distance.size(); ++sense)
    if (sense != own && distance[sense].count > 0) nearest = std::min(nearest, distance[sense].mean());
  const double most = std::max(nearest, distance[own].mean());
  return std::isinf(nearest) || most <= 0 ? 0 : (nearest - distance[own].mean()) / most;
}

}  // namespace

SenseLayer sense_layer(const Array& states, const std::vector<int64_t>& senses) {
  const Array cosines = bert::cosine_similarities(states, states);
  const int64_t n = states.shape()[0];
  MeanOf all, within, between;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < i; ++j) {
      const auto cosine = static_cast<double>(cosines[i * n + j]);
      all.add(cosine);
      if (!senses.empty()) (senses[to_size(i)] == senses[to_size(j)] ? within : between).add(cosine);
    }
  SenseLayer to{.all = all.mean(), .within = within.mean(), .between = between.mean()};
  if (senses.empty()) return to;
  const int64_t count = 1 + *std::ranges::max_element(senses);
  MeanOf silhouette;
  for (int64_t row = 0; row < n; ++row) silhouette.add(silhouette_of(row, cosines, senses, count));
  to.silhouette = silhouette.mean();
  return to;
}

}  // namespace bertlet::inside
