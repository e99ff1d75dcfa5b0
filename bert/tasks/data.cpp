#include "bert/tasks/data.h"

#include <algorithm>
#include <numeric>

#include "core/require.h"

namespace bertlet::tasks {

train::Measures Data::measures(std::span<const Output> outputs) const {
  std::vector<std::int64_t> all(static_cast<std::size_t>(examples()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  return measures(outputs, all);
}

Data::Measuring Data::measuring(std::span<const Output> outputs) const {
  return [this, outputs](std::span<const std::int64_t> examples) { return measures(outputs, examples); };
}

const train::References& Data::references() const {
  if (references_) return *references_;
  references_.emplace();
  if (labelled())
    for (const auto& [name, value] : measures(baseline())) (*references_)[name] = {{"majority", value}};
  return *references_;
}

void Data::set_threshold(double threshold) {
  throw Error(fmt::format("threshold: got {} for a task without answers, want a model for qa", threshold));
}

void Data::add_unlabelled(const Data& more) {
  for (const Item& item : more.items()) items_.push_back({.sequences = item.sequences, .labels = {no_label}});
}

std::vector<Item> Data::drawn(ItemSpan, const Rng&) const { return {}; }
std::string Data::details(std::span<const Output>) const { return {}; }

std::vector<Data::Wrong> Data::worst(std::span<const Output> outputs, std::int64_t most) const {
  std::vector<Wrong> all = wrong(outputs);
  std::ranges::stable_sort(all, std::greater(), &Wrong::degree);
  if (std::ssize(all) > most) all.resize(static_cast<std::size_t>(most));
  return all;
}

const Labels& known_or_seen(std::optional<Labels>& labels, const Seen& seen) {
  if (!labels) labels = Labels::of(seen());
  return *labels;
}

}  // namespace bertlet::tasks
