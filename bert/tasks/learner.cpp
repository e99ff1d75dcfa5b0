#include "bert/tasks/learner.h"

#include <algorithm>
#include <numeric>

#include "bert/tasks/softmax.h"

namespace bertlet::tasks {

Tensor Learner::class_scores(const Scored&, ItemSpan) const { return {}; }

std::int64_t Output::best() const { return std::ranges::max_element(scores) - scores.begin(); }

std::vector<double> Output::probabilities() const { return softmax(std::vector<double>(scores.begin(), scores.end())); }

std::vector<Output> outputs_of(const Learner& learner, std::span<const Item> items, std::int64_t tokens) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return items[i].tokens(); });
  std::vector<Output> all(items.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::vector<const Item*> batch;
    for (std::int64_t room = tokens; begin + batch.size() < order.size();) {
      const Item& next = items[order[begin + batch.size()]];
      room -= next.tokens();
      if (room < 0 && !batch.empty()) break;
      batch.push_back(&next);
    }
    Pass pass;
    std::vector<Output> some = learner.outputs(learner.score(batch, pass), batch);
    for (Output& output : some) all[order[begin++]] = std::move(output);
  }
  return all;
}

}  // namespace bertlet::tasks
