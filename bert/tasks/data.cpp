#include "bert/tasks/data.h"

#include <numeric>

namespace bertlet::tasks {

train::Measures Data::measures(std::span<const Output> outputs) const {
  std::vector<std::int64_t> all(static_cast<std::size_t>(examples()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  return measures(outputs, all);
}

train::References Data::references() const {
  train::References to;
  if (labelled())
    for (const auto& [name, value] : measures(baseline())) to[name] = {{"majority", value}};
  return to;
}

void Data::add_unlabelled(const Data& more) {
  for (const Item& item : more.items()) items_.push_back({.sequences = item.sequences, .labels = {-100}});
}

std::vector<Item> Data::drawn(ItemSpan, const Rng&) const { return {}; }
std::string Data::details(std::span<const Output>) const { return {}; }
std::vector<Data::Wrong> Data::wrong(std::span<const Output>) const { return {}; }

const Labels& known_or_seen(std::optional<Labels>& labels, const Seen& seen) {
  if (!labels) labels = Labels::of(seen());
  return *labels;
}

}  // namespace bertlet::tasks
