#include "bert/generation/hypotheses.h"

#include <algorithm>
#include <cmath>

#include "core/real.h"

namespace bertlet::bert {

double Hypotheses::score(double sum, int64_t length) const {
  return sum / std::pow(static_cast<double>(std::max<int64_t>(1, length)), options_.length_penalty);
}

void Hypotheses::add(Text text, double sum, int64_t length) {
  const double now = score(sum, length);
  if (full()) {
    const auto worst = std::ranges::min_element(list_, {}, &Hypothesis::score);
    if (now <= worst->score) return;
    list_.erase(worst);
  }
  list_.push_back({now, std::move(text)});
}

bool Hypotheses::settled(double best_sum, int64_t length) const {
  if (!full()) return false;
  if (options_.early_stopping == EarlyStopping::yes) return true;
  const bool longer_is_better = options_.early_stopping == EarlyStopping::never && options_.length_penalty > 0;
  const double worst = std::ranges::min(list_, {}, &Hypothesis::score).score;
  return worst >= score(best_sum, longer_is_better ? options_.max_new_tokens : length);
}

std::vector<Hypotheses::Hypothesis> Hypotheses::best(int64_t count) const {
  std::vector<Hypothesis> sorted(list_.rbegin(), list_.rend());  // of equals the last one first
  std::ranges::stable_sort(sorted, std::ranges::greater(), &Hypothesis::score);
  sorted.resize(to_size(std::min(count, std::ssize(sorted))));
  return sorted;
}

}  // namespace bertlet::bert
